import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { sharedService, type TestService } from '../../testing/service.ts';
import { newVisitor } from '../../testing/visitor.ts';

describe('the first byte of a page', () => {
  let service: TestService;
  before(async () => {
    service = await sharedService();
  });

  /** The page's html element, whole. */
  async function tagFor(headers: Record<string, string>): Promise<string> {
    const { http, text } = await newVisitor(service).get('/sign-in', { headers });
    assert.equal(http, 200);
    const [tag = ''] = text.match(/<html[^>]*>/) ?? [];
    return tag;
  }
  const EN = '<html lang="en" dir="ltr">';
  const HE = '<html lang="he" dir="rtl">';

  test('has the language that the browser likes best, with its direction', async () => {
    for (const [accepted, tag] of [
      ...[
        'he',
        'HE',
        'he-IL',
        'He-il',
        'iw',
        'iw-IL',
        'he-Hebr-IL',
        ' he ',
        'he;q=0.1',
        'he;q=1.0',
      ].map((text) => [text, HE] as const),
      ...[
        '',
        'en',
        'en-GB',
        '*',
        'fr',
        'fr-FR, de;q=0.9',
        'hello',
        'hebrew',
        'heb',
        'iwx',
        'she',
      ].map((text) => [text, EN] as const),
      ['en,he', EN],
      ['he,en', HE],
      ['en;q=0.8, he;q=0.9', HE],
      ['he;q=0.8, en;q=0.9', EN],
      ['en-US,en;q=0.9,he;q=0.8', EN],
      ['fr, iw;q=0.7, en;q=0.6', HE],
      ['fr, en;q=0.7, he;q=0.6', EN],
      ['he;q=0', EN],
      ['he;q=0.0, en;q=0', EN],
      ['en;q=0, he;q=0.001', HE],
      ['he ; q=0.3 , en ; q=0.2', HE],
      ['he;level=1;q=0.3, en;q=0.2', HE],
      ['he;q=nonsense', HE],
      ['he;q=1.2.3, en;q=0.1', EN],
      [';;;,,,q=1,;q=,he', HE],
      ['<script>alert(1)</script>', EN],
      ['"he"', EN],
    ] as const)
      assert.equal(await tagFor({ 'accept-language': accepted }), tag, accepted);
  });

  test('has the language and the colours that were chosen on our pages before those', async () => {
    const accepted = { 'accept-language': 'he' };
    const language = (value: string) => ({ cookie: `switchboard.language=${value}`, ...accepted });
    assert.equal(await tagFor(language('en')), EN);
    assert.equal(await tagFor({ cookie: 'a=b; switchboard.language=he; c' }), HE);
    for (const value of ['', 'fr', 'xx', '"en"', '%65n', 'en"><script>', 'null', '__proto__'])
      assert.equal(await tagFor(language(value)), HE, value);
    for (const theme of ['light', 'dark'])
      assert.equal(
        await tagFor({ cookie: `switchboard.theme=${theme}; switchboard.language=he` }),
        HE.replace('>', ` data-mantine-color-scheme="${theme}">`),
      );
    for (const theme of ['auto', '', 'DARK', 'dark"><script>', 'dark dark', '__proto__'])
      assert.equal(await tagFor({ cookie: `switchboard.theme=${theme}` }), EN, theme);
  });

  test('takes no header for more than it is, however long', async () => {
    for (const accepted of [
      'x'.repeat(10_000),
      ','.repeat(10_000),
      'en;q=0.5,'.repeat(1_000),
      `en;${' '.repeat(9_000)}q=1`,
      `en;q=${'1'.repeat(9_000)}`,
      `en;q=0.${'.1'.repeat(4_000)}`,
    ])
      assert.equal(await tagFor({ 'accept-language': accepted }), EN);
    const long = `${'x=y; '.repeat(1_500)}switchboard.language=he`;
    assert.equal(await tagFor({ cookie: long }), HE);
  });

  test('is one of the six that there are, whatever the headers say', async () => {
    const text = fc
      .string({
        unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)),
      })
      .map((value) => value.replace(/\x7f/g, ''));
    const piece = fc.oneof(
      fc.constantFrom('he', 'en', 'iw', '*', ';q=', '0.5', ',', ';', '=', '-', ' ', '"'),
      text,
    );
    const header = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
    const cookie = header.map(
      (value) => `switchboard.language=${value};switchboard.theme=${value}`,
    );
    const known = [EN, HE].flatMap((tag) => [
      tag,
      ...['light', 'dark'].map((theme) =>
        tag.replace('>', ` data-mantine-color-scheme="${theme}">`),
      ),
    ]);
    await fc.assert(
      fc.asyncProperty(header, cookie, async (accepted, sent) => {
        const tag = await tagFor({ 'accept-language': accepted, cookie: sent });
        assert.ok(known.includes(tag), tag);
      }),
      { numRuns: 300 },
    );
  });
});
