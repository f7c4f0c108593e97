import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as field from './fields.ts';

const read =
  (schema: { safeParse(value: unknown): { success: boolean; data?: unknown } }) =>
  (value: unknown) => {
    const { success, data } = schema.safeParse(value);
    return success ? data : 'refused';
  };

describe('free text', () => {
  const name = read(field.text(100));

  test('refuses every control, line separator and bidi override, wherever it stands', () => {
    const codes = [
      ...Array.from({ length: 0x20 }, (_, code) => code),
      ...Array.from({ length: 0x21 }, (_, n) => 0x7f + n),
      ...[0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
    ];
    for (const code of codes)
      for (const text of ['@', 'a@', '@a', 'a@b'])
        assert.equal(name(text.replace('@', String.fromCodePoint(code))), 'refused', `${code}`);
    for (const code of [0x20, 0xa0, 0x200e, 0x200f, 0x200d, 0xad, 0xfeff])
      assert.notEqual(name(`a${String.fromCodePoint(code)}b`), 'refused', `${code}`);
  });

  test('refuses what shows nothing', () => {
    for (const text of [
      '',
      ' ',
      '\u3000',
      '\u200b',
      '\u2060',
      '\u200d',
      '\u00ad',
      '\u2800',
      '\u3164',
      '\ufe0f',
      '\u0301',
      '\u{e0020}',
    ])
      assert.equal(name(text), 'refused', escape(text));
    assert.equal(read(field.text(9, { empty: true }))(''), '');
  });

  test('counts code points after trimming and NFC', () => {
    assert.equal(name('😀'.repeat(100)), '😀'.repeat(100));
    assert.equal(name('😀'.repeat(101)), 'refused');
    assert.equal(name('e\u0301'.repeat(100)), 'é'.repeat(100));
    assert.equal(name('\u0958'.repeat(51)), 'refused');
    assert.equal(name(`${' '.repeat(99)}x${' '.repeat(99)}`), 'x');
    assert.equal(name(`x${'\u0302\u0317'.repeat(50)}`), 'refused');
  });

  test('is not normalised when nothing of it could be short enough afterwards', (t) => {
    const normalised = t.mock.method(String.prototype, 'normalize');
    assert.equal(name(`a${'\u0301\u0323'.repeat(16_000)}`), 'refused');
    assert.equal(normalised.mock.callCount(), 0);
    // Four code points make one: none that four make is refused unread.
    assert.equal(name('\u03b1\u0314\u0300\u0345'.repeat(100)), '\u1f83'.repeat(100));
  });

  test('what is accepted is accepted again, and comes back the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 110 }), (text) => {
        const once = name(text);
        if (once === 'refused') return;
        assert.equal(name(once), once);
        assert.equal(once, text.trim().normalize('NFC'));
        assert.ok(field.codePoints(once as string) <= 100);
      }),
      { numRuns: 2000 },
    );
  });
});

test('an id is read from nothing but an integer or a string of 1 to 7 digits', () => {
  const id = read(field.id);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9_999_999 }), fc.nat(6), (number, zeros) => {
      const text = String(number);
      assert.equal(id(number), number);
      assert.equal(id(text.padStart(Math.min(7, text.length + zeros), '0')), number);
    }),
  );
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const digits = typeof value === 'string' && /^\d{1,7}$/.test(value);
      if (!digits && !Number.isInteger(value)) assert.equal(id(value), 'refused');
    }),
  );
});

test('a flag is never coerced', () => {
  const flag = read(field.digit(0, 1));
  assert.deepEqual([0, 1, '0', '1'].map(flag), [0, 1, 0, 1]);
  for (const value of [
    null,
    '',
    [],
    [0],
    false,
    true,
    2,
    '2',
    ' 0',
    '00',
    0.5,
    NaN,
    {},
    undefined,
    0n,
  ])
    assert.equal(flag(value), 'refused');
});

test('an e-mail address is one that mail can be sent to', () => {
  const email = read(field.email(100));
  for (const right of [
    'a@example.com',
    "o'neil+x@sub.ex-ample.co",
    ' a@example.com ',
    'a&b@example.com',
    "!#$%&'*+-/=?^_`{|}~.x@example.com",
    'info@example.xn--4dbrk0ce',
    `${'x'.repeat(64)}@example.com`,
  ])
    assert.equal(email(right), right.trim());
  for (const wrong of [
    'a@foo-.com',
    'a@-foo.com',
    'a@foo',
    'a@x_y.com',
    'a b@example.com',
    '@x.co',
    '.a@example.com',
    'a.@example.com',
    'a..b@example.com',
    '"a"@example.com',
    'עדה@example.com',
    'a@1.2.3.4',
    'a@[1.2.3.4]',
    'a@\uff11.2.3.4',
    'a@example.com.',
    'a@\u2100.com',
    'a@דוגמה.ישראל/x',
    'a@דוגמה.ישראל:25',
    'a@דוגמה\r\n.ישראל',
    'a@%d7%93.com',
    `a@${'x'.repeat(64)}.com`,
    `${'x'.repeat(65)}@example.com`,
    '',
    '@',
  ])
    assert.equal(email(wrong), 'refused', wrong);
});

test('an e-mail address has one form, however its domain is written', () => {
  const email = read(field.email(100));
  const written = [
    'info@דוגמה.ישראל',
    'info@דוגמה。ישראל',
    'info@xn--6dbbec0c.xn--4dbrk0ce',
    'info@XN--6DBBEC0C.XN--4DBRK0CE',
    ' info@דוגמה.XN--4DBRK0CE ',
  ];
  for (const one of written) assert.equal(email(one), 'info@xn--6dbbec0c.xn--4dbrk0ce', one);
  for (const one of ['Ada@Bücher.example', 'Ada@BÜCHER.Example', 'Ada@Bu\u0308cher.example'])
    assert.equal(email(one), 'Ada@xn--bcher-kva.example', one);
});

test('a link that is accepted has a host and survives being read as a URL', () => {
  const link = read(field.link(150));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        fc.string({ unit: 'binary' }).map((text) => `https://${text}`),
      ),
      (text) => {
        if (link(text) === 'refused') return;
        const url = new URL(text);
        assert.equal(link(text), text);
        assert.ok(url.hostname && !url.username && !url.password);
        assert.match(url.protocol, /^https?:$/);
      },
    ),
    { numRuns: 1000 },
  );
});
