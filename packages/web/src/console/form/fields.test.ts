import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpoints } from '@switchboard/contract';
import { makePassword } from '../accounts/make-password.ts';
import { sentOf, wrongFields } from './fields.ts';

const { request } = endpoints.createAccount;
const fitting = {
  account_name: 'Bakery',
  agents: '5',
  inboxes: '1',
  admin_email: 'ada@example.com',
  admin_name: 'Ada',
  admin_displayName: 'Ada',
  admin_password: 'Correct-Horse1',
  admin_2fa: '0',
  admin_2fa_value: '',
  server: '',
  reference: '',
};

test('fields are judged as the call judges its parameters, those beside them considered', () => {
  assert.deepEqual([...wrongFields(request, fitting)], []);
  const odd = { ...fitting, account_name: ' ', agents: '0', admin_email: 'x', server: 'a b' };
  assert.deepEqual([...wrongFields(request, odd)].sort(), [
    'account_name',
    'admin_email',
    'agents',
    'server',
  ]);
  const codes = { ...fitting, admin_2fa: '1' };
  assert.deepEqual([...wrongFields(request, codes)], ['admin_2fa_value']);
});

test('what is optional and empty is not sent', () => {
  const { admin_2fa_value: _, server: __, reference: ___, ...sent } = fitting;
  assert.deepEqual(sentOf(request, fitting), sent);
});

test('every password that is made for an administrator is one that the call takes', () => {
  for (let round = 0; round < 200; round += 1) {
    const admin_password = makePassword();
    assert.deepEqual([...wrongFields(request, { ...fitting, admin_password })], []);
    assert.match(admin_password, /^([A-Z][a-z]\d[a-z]-?){4}$/);
  }
});
