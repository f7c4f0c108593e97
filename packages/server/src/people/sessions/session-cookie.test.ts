import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type CookieOptions,
  clearedCookie,
  identitySecret,
  parseCookies,
  readSession,
  readSigned,
  sessionCookie,
  signed,
} from './session-cookie.ts';

const [fresh, old] = [identitySecret('a new key'), identitySecret('an old key')];
const options: CookieOptions = { secrets: [fresh], secure: false };
const TOKEN = 'q4w5-e6r7_t8y9u0i1o2p3a4s5d6f7g8h9j0k1l2z3x4c';
const header = (value: string, name = 'switchboard.session') => `${name}=${value}`;
const SESSION = { token: TOKEN, framed: false };

describe('the cookie of a session', () => {
  test('carries its token under our signature and gives it back', () => {
    const value = signed(TOKEN, options);
    assert.equal(
      decodeURIComponent(value),
      `${TOKEN}.${createHmac('sha256', fresh).update(TOKEN).digest('base64')}`,
    );
    assert.deepEqual(readSession(header(value), options), SESSION);
  });

  test('gives any token back, and none when one character of it is another', () => {
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        text,
        fc.nat(),
        fc.constantFrom('A', 'b', '.', '+', '%2e'),
        (token, at, noise) => {
          fc.pre(token.isWellFormed());
          const value = signed(token, options);
          assert.equal(readSigned(value, [fresh]), token);
          const plain = decodeURIComponent(value);
          const place = at % plain.length;
          const changed = plain.slice(0, place) + noise + plain.slice(place + 1);
          fc.pre(changed !== plain && changed.isWellFormed());
          assert.equal(readSigned(encodeURIComponent(changed), [fresh]), undefined);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('counts for nothing without a signature, with half of one, or with that of another key', () => {
    const signature = decodeURIComponent(signed(TOKEN, options)).slice(TOKEN.length + 1);
    for (const value of [
      ...['', '.', TOKEN, `${TOKEN}.`, `.${signature}`, signature, `${TOKEN}.${TOKEN}`],
      `${TOKEN}.${signature.slice(0, -1)}`,
      `${TOKEN}.${signature}=`,
      `${TOKEN}.${signature.toLowerCase()}`,
      `${TOKEN}..${signature}`,
      `${TOKEN} .${signature}`,
      `${TOKEN}\0.${signature}`,
      `"${TOKEN}.${signature}"`,
      decodeURIComponent(signed(TOKEN, { secrets: [old], secure: false })),
      decodeURIComponent(signed(TOKEN, { secrets: [''], secure: false })),
    ])
      assert.equal(readSession(header(encodeURIComponent(value)), options), undefined, value);
    for (const value of ['%', '%zz', '%E0%A4%A', `${signed(TOKEN, options)}%`])
      assert.equal(readSession(header(value), options), undefined, value);
    assert.equal(readSession(undefined, options), undefined);
  });

  test('is taken with the old key while both are set, and signed with the new one', () => {
    const both: CookieOptions = { secrets: [fresh, old], secure: false };
    const before = signed(TOKEN, { secrets: [old], secure: false });
    assert.deepEqual(readSession(header(before), both), SESSION);
    assert.equal(readSession(header(before), options), undefined);
    assert.equal(signed(TOKEN, both), signed(TOKEN, options));
  });

  test('is not signed with the installation key itself', () => {
    assert.notEqual(identitySecret('a new key'), 'a new key');
    const value = signed(TOKEN, { secrets: ['a new key'], secure: false });
    assert.equal(readSession(header(value), options), undefined);
  });

  test('given twice is the first of them, whatever the second is', () => {
    const [first, second] = [signed(TOKEN, options), signed('another', options)];
    const pair = `${header(first)}; ${header(second)}`;
    assert.equal(readSession(pair, options)?.token, TOKEN);
    assert.equal(readSession(`${header('forged')}; ${header(first)}`, options), undefined);
  });

  test('of a frame comes before that of a tab, unless its signature is not ours', () => {
    const framed = header(signed('framed', options), 'switchboard.session_framed');
    const tab = header(signed(TOKEN, options));
    for (const both of [`${tab}; ${framed}`, `${framed}; ${tab}`])
      assert.deepEqual(readSession(both, options), { token: 'framed', framed: true });
    const forged = header(`${TOKEN}.forged`, 'switchboard.session_framed');
    assert.deepEqual(readSession(`${forged}; ${tab}`, options), SESSION);
  });

  test('is looked for under its exact name alone', () => {
    const value = signed(TOKEN, options);
    const secure = { ...options, secure: true };
    for (const name of [
      ...['SWITCHBOARD.SESSION', 'switchboard.session ', 'xswitchboard.session', 'session', ''],
      ...['switchboard.session_data', '__Host-switchboard.session', '__proto__', 'constructor'],
    ]) {
      const found = readSession(header(value, name), options);
      // A space around a name is no part of it (RFC 6265, 5.2).
      assert.deepEqual(found, name.trim() === 'switchboard.session' ? SESSION : undefined, name);
    }
    assert.equal(readSession(header(value), secure), undefined);
    assert.deepEqual(readSession(header(value, '__Host-switchboard.session'), secure), SESSION);
  });

  test('is found in any header whatever around it', () => {
    const noise = fc
      .string({ unit: 'binary-ascii' })
      .map((text) => text.replace(/switchboard/g, ''));
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const sent = `${before};${header(signed(TOKEN, options))};${after}`;
        assert.deepEqual(readSession(sent, options), SESSION);
        assert.ok(parseCookies(before) instanceof Map);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a Set-Cookie of ours', () => {
  test('keeps to its host and away from scripts; on https to https', () => {
    const value = signed(TOKEN, options);
    const secure = { ...options, secure: true };
    assert.equal(
      sessionCookie(TOKEN, false, options),
      `switchboard.session=${value}; Path=/; HttpOnly; SameSite=Lax`,
    );
    assert.equal(
      sessionCookie(TOKEN, false, secure),
      `__Host-switchboard.session=${value}; Path=/; HttpOnly; SameSite=Lax; Secure`,
    );
  });

  test('reaches a frame under a name of its own, in this one embedding page only', () => {
    const value = signed(TOKEN, options);
    const attributes = 'Path=/; HttpOnly; Secure; SameSite=None; Partitioned';
    for (const [secure, prefix] of [
      [false, 'switchboard'],
      [true, '__Host-switchboard'],
    ] as const)
      assert.equal(
        sessionCookie(TOKEN, true, { ...options, secure }),
        `${prefix}.session_framed=${value}; ${attributes}`,
      );
  });

  test('takes away exactly the cookie that was set', () => {
    for (const secure of [false, true])
      for (const framed of [false, true]) {
        const set = sessionCookie(TOKEN, framed, { ...options, secure }).split('; ');
        const cleared = clearedCookie(framed, { ...options, secure }).split('; ');
        assert.equal(cleared[0], `${set[0]?.split('=')[0]}=`);
        assert.deepEqual(cleared.slice(1), ['Max-Age=0', ...set.slice(1)]);
      }
  });
});
