import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { languages } from '@switchboard/contract';
import { addedLetter, invitationLetter } from './agent-letters.ts';
import { resetLetter } from './letters.ts';
import { memberChangeLetter, memberInvitationLetter } from './member-letters.ts';
import { say } from './words.ts';

const shown = (name: string): string => say`${name}`.text;

/** What mail programs make a link of: bolder than any of them. */
const LINK = /[\p{L}\p{N}]:\S|\S@\S|[\p{L}\p{N}][.。．｡․]\p{Cf}*[\p{L}\p{N}]{2}|\/\/|\\\\|www\./u;

describe('a name in a letter', () => {
  for (const [name, as] of [
    ['sign in at https://evil.example', 'sign in at https : / / evil . example'],
    ['evil.example/login', 'evil . example / login'],
    ['x@y.z', 'x @ y . z'],
    ['www.evil.example', 'www . evil . example'],
    ['a,EVIL.EXAMPLE!', 'a,EVIL . EXAMPLE!'],
    ['mailto:x', 'mailto : x'],
    ['evil\u200b.\u2060com', 'evil . com'],
    ['evil。com', 'evil 。 com'],
    ['בנק.קום', 'בנק . קום'],
    ['192.0.2.7', '192 . 0 . 2 . 7'],
    ['\\\\evil\\share', '\\ \\ evil \\ share'],
    ['//evil', '/ / evil'],
  ] as const)
    test(`makes no link of ${JSON.stringify(name)}`, () => {
      assert.equal(shown(name), as);
      assert.doesNotMatch(shown(name), LINK);
    });

  for (const name of [
    'Ada Lovelace',
    'J.R. Tolkien',
    'Acme Inc.',
    'עו״ד כהן, בע״מ',
    'A/B @ 10:30',
    '👩‍💻 R&D',
  ])
    test(`leaves ${name} as it is`, () => assert.equal(shown(name), name));

  test('is cut after forty code points, and never in the middle of one', () => {
    assert.equal(shown('😀'.repeat(40)), '😀'.repeat(40));
    assert.equal(shown('😀'.repeat(41)), `${'😀'.repeat(40)}…`);
    assert.equal(shown(`${'x'.repeat(36)}.evil.example`), `${'x'.repeat(36)} . evi…`);
  });

  test('stands in no letter, in no part and no subject, as a link', () => {
    const link = 'https://online.example.com/invitation?token=t';
    const names = {
      name: 'x@evil.example',
      accountName: 'https://evil.example',
      inviterName: 'evil.example/x',
      partnerName: 'evil.example',
    };
    for (const language of languages) {
      const to = { to: 'ada@example.com', language };
      for (const letter of [
        resetLetter({ ...to, ...names, link, minutes: 5 }),
        addedLetter({ ...to, ...names, link }),
        invitationLetter({ ...to, ...names, link, days: 7, setsPassword: true }),
        memberInvitationLetter({ ...to, ...names, link, days: 7, setsPassword: true }),
        memberChangeLetter({
          ...{ ...to, ...names, what: 'invited', by: names.inviterName },
          member: { name: names.name, email: 'noa@example.com', role: 'viewer' },
        }),
      ])
        for (const part of [letter.subject, letter.text, letter.html])
          assert.doesNotMatch(part, /evil\.example/);
    }
  });
});
