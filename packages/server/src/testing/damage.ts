/** For tests: files that the import must refuse. */
import { isRow, sealed } from './transfer.ts';

/** Files that no export is, and those whose own end says that they are whole. */
export function damaged(file: string): [what: string, text: string | Buffer][] {
  const lines = file.trimEnd().split('\n').slice(0, -1);
  const rows = lines.filter(isRow);
  const account = rows.find((row) => row.startsWith('{"table":"accounts"')) ?? '';
  const swapped = (from: string, to: string) =>
    sealed(lines.map((line) => (line === account ? line.replace(from, to) : line)));
  const deep = `{"table":"accounts","row":{"settings":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`;
  const [header = ''] = lines;
  const twice = header.replace('"columns":["only_row"', '"columns":["only_row","only_row"');
  return [
    ['nothing', ''],
    ['no export', 'hello\n'],
    ['JSON', '{}'],
    ['the header alone', header],
    ['a header without an end', sealed([]).slice(0, 20)],
    ['cut in the middle', file.slice(0, file.length / 2)],
    ['cut by one character of the end', file.slice(0, -3)],
    ['a byte changed', file.replace('My Account', 'My Accounx')],
    ['a row left out', file.replace(`${account}\n`, '')],
    ['more after the end', `${file}${account}\n`],
    ['the file twice', file + file],
    ['another format', file.replace('"switchboard_export":1', '"switchboard_export":2')],
    ['a row twice', sealed([...lines, account])],
    ['an unknown table', sealed([...lines, '{"table":"pg_authid","row":{"a":1}}'])],
    ['an unknown column', swapped('"revision"', '"revisions"')],
    ['a value of another type', swapped('"account_id": 1', '"account_id": "x"')],
    ['a value that a check refuses', swapped('"account_id": 1', '"account_id": 0')],
    ['a child without its parent', swapped('"server": "online"', '"server": "nowhere"')],
    ['a null', swapped('"revision": 3', '"revision": null')],
    ['a number too large', swapped('"revision": 3', '"revision": 1e400000')],
    ['a NUL', swapped('"reference": "', '"reference": "\\u0000')],
    ['a lone surrogate', swapped('"reference": "', '"reference": "\\ud800')],
    ['two rows in one line', swapped('"revision": 3', '"revision": 3},{"revision": 3')],
    ['nested without end', sealed([...lines, deep])],
    ['settings nested without end', swapped('{}', `${'['.repeat(1e5)}${']'.repeat(1e5)}`)],
    ['not UTF-8', Buffer.concat([Buffer.from(file), Buffer.from([0xff, 0xfe, 10])])],
    ['a line without end', Buffer.alloc(17 * 1024 * 1024, 'x')],
    ['a column twice', sealed([twice, ...lines.slice(1)])],
    ['an unknown sequence', sealed([...lines, '{"sequence":"other","next":"1"}'])],
    ['no sequences', sealed(lines.filter((line) => !line.startsWith('{"sequence"')))],
    ['a sequence too far', sealed([...lines, sequence('partners_partner_id_seq', '9'.repeat(19))])],
    ['a sequence too far', sealed([...lines, sequence('partners_partner_id_seq', '9'.repeat(12))])],
  ];
}

const sequence = (name: string, next: string) => JSON.stringify({ sequence: name, next });
