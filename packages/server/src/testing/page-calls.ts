/** For tests: the calls of the pages but those of identity, each with values that are right. */
import { weekdays } from '@switchboard/contract';
import type { Known } from './arbitrary.ts';
import { accountRequest } from './service.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

const settings: Known = {
  language: ['en', 'he'],
  time_zone: ['UTC', 'Asia/Jerusalem', '+02:00', 'etc/utc'],
  business_hours: [
    { sun: null },
    { mon: { open: '09:00', close: '24:00' } },
    Object.fromEntries(weekdays.map((day) => [day, [{ open: '18:00', close: '02:00' }]])),
  ],
  support_email: ['', 'help@example.com'],
  account_name: ['Name'],
};
const agent: Known = {
  email: Array.from({ length: 5 }, () => accountRequest().admin_email),
  name: ['Noa', ' שלום ', '😀'],
  display_name: ['Noa'],
  role: ['agent', 'administrator'],
};
const accept: Known = { token: ['x', 'swb_in_x'], name: ['Noa'], password: ['Correct-Horse1'] };

/** Path → method → right values by parameter; `:account`, `:agent` and their like stand for ids. */
export const calls: [Method, string, Known?][] = [
  ['GET', '/api/workspace'],
  ['GET', '/api/workspace/:account'],
  ['GET', '/api/workspace/:account/builder-check'],
  ['GET', '/api/workspace/:stranger/live'],
  ['PATCH', '/api/workspace/:account/settings', settings],
  ['GET', '/api/workspace/:account/agents'],
  ['POST', '/api/workspace/:account/agents', agent],
  ['PATCH', '/api/workspace/:account/agents/:agent', { role: ['agent', 'administrator'] }],
  ['DELETE', '/api/workspace/:account/agents/:agent'],
  ['POST', '/api/workspace/:account/agents/:agent/invitation'],
  [
    'GET',
    '/api/workspace/:account/log',
    {
      ...{ before: ['1', '9007199254740991'], limit: ['1', '100'] },
      ...{ person: ['1', 'partner'], kind: ['account', 'sign_ins'] },
    },
  ],
  ['GET', '/api/workspace/:account/log/people'],
  ['GET', '/api/profile'],
  ['PATCH', '/api/profile', { name: ['Ada'], language: ['he', null] }],
  ['DELETE', '/api/profile/devices'],
  ['DELETE', '/api/profile/devices/:agent'],
  ['POST', '/api/profile/invitations'],
  ['POST', '/api/invitation', { token: ['x'] }],
  ['POST', '/api/invitation/accept', accept],
  ['POST', '/api/password-reset', { token: ['x'] }],
  ['GET', '/api/console'],
  ['GET', '/api/console/:partner/live'],
  ['POST', '/api/console/confirm-password', { password: ['Correct-Horse1'] }],
];
