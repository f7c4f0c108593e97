import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { table } from './table.ts';
import { cut, localTime, printable, width } from './text.ts';

describe('a table', () => {
  const rows = [
    { client_id: 'swb_ci_0123456789abcdef', label: 'A label that is long', note: '' },
    { client_id: 'swb_ci_fedcba9876543210', label: 'שלום עולם 👋 你好', note: null },
  ];
  const names = ['client_id', 'label', 'note'];

  test('leaves out columns without a value', () => {
    assert.match(table(names, rows, Number.POSITIVE_INFINITY), /^client_id +label\n/);
  });

  test('calls no two columns the same', () => {
    const both = [{ status: 'OK', account_status: 1 }];
    assert.match(table(['status', 'account_status'], both, 99), /^status +account_status\n/);
    assert.match(table(['account_status'], both, 99), /^status\n/);
  });

  test('cuts text and never an id, so that every line fits', () => {
    const lines = table(names, rows, 40).trimEnd().split('\n');
    assert.equal(lines[1], 'swb_ci_0123456789abcdef  A label that i…');
    for (const line of lines) assert.ok(width(line) <= 40, line);
  });

  test('becomes blocks of key and value where no line would fit', () => {
    assert.match(table(names, rows, 25), /^client_id {2}swb_ci_0123456789abcdef\nlabel {6}A label/);
  });
});

describe('text for a terminal', () => {
  test('is measured and cut by what people see', () => {
    assert.equal(width('👨‍👩‍👧 e\u0301 你'), 7);
    assert.equal(cut('你好世界', 6), '你好…');
  });

  test('holds nothing that the terminal would obey', () => {
    assert.equal(printable('a\u001b[31mb\u202Ec'), 'a\uFFFD[31mb\uFFFDc');
  });

  test('has times with their zone', () => {
    const at = Date.UTC(2026, 10, 24, 2, 13, 5);
    assert.match(localTime(at), /^2026-11-2\dT\d\d:\d\d:05[+-]\d\d:\d\d$/);
    assert.equal(Date.parse(localTime(at)), at);
  });
});
