import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { DatabaseUnavailable } from '../database/database.ts';
import { send } from '../testing/http.ts';
import { startService } from '../testing/service.ts';
import { createLog, readable } from './log.ts';

const collect = (level = 'info') => {
  const lines: string[] = [];
  const log = createLog(level, { write: (line) => void lines.push(line) });
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line)) };
};

describe('the log', () => {
  test('has the stack of every fault of ours, and of an outage one', () => {
    const { log, parsed } = collect();
    for (let n = 0; n < 3; n += 1) {
      log.error({ err: new TypeError(`fault ${n}`) });
      log.error({ err: new DatabaseUnavailable(`away ${n}`, { lost: true }) });
    }
    const errors = parsed().map(({ err }) => [err.message, err.stack !== undefined]);
    assert.deepEqual(errors, [
      ...[
        ['fault 0', true],
        ['away 0', true],
        ['fault 1', true],
      ],
      ...[
        ['away 1', false],
        ['fault 2', true],
        ['away 2', false],
      ],
    ]);
  });

  test('is for collectors what it was: JSON, time in milliseconds, levels as numbers', () => {
    const { log, parsed } = collect();
    log.warn({ lane: 'codes' }, 'a letter waits');
    const [line] = parsed();
    assert.ok(Math.abs(line.time - Date.now()) < 60_000);
    assert.deepEqual([line.level, line.lane, line.msg], [40, 'codes', 'a letter waits']);
  });

  test('reads well at a terminal: time of day, level, sentence, values, the stack below', () => {
    const { log, lines } = collect();
    log.warn({ route: '/a', why: 'two words', n: 8 }, 'it happened');
    log.error({ err: new RangeError('too far') }, 'failed');
    log.error(new RangeError('alone'));
    const [warned, failed, alone] = lines.map((line) => stripVTControlCharacters(readable(line)));
    assert.match(
      warned ?? '',
      /^\d\d:\d\d:\d\d\.\d{3} WARN {2}it happened {2}route=\/a {2}why="two words" {2}n=8\n$/,
    );
    assert.match(failed ?? '', /^\S+ ERROR failed\n {4}RangeError: too far\n {8}at /);
    assert.match(alone ?? '', /^\S+ ERROR alone\n {4}RangeError: alone\n/);
  });

  test('shows at a terminal what a mail server or a database said, and obeys none of it', () => {
    const { log, lines } = collect();
    const said = 'a\u001b[2Jb\u009bc\u202ed';
    log.warn({ said, bare: '\u001b]0;x\u0007' }, said);
    log.error({ err: new RangeError(said) }, 'failed');
    for (const line of lines) {
      const shown = stripVTControlCharacters(readable(line));
      assert.doesNotMatch(shown, /[^\P{Cc}\n]|[\u202a-\u202e]/u);
      assert.match(shown, /a\ufffd/);
    }
  });

  test('has pages and calls at info, and nothing of the files that pages are made of', async () => {
    const lines: string[] = [];
    const service = await startService({
      environment: { LOG_LEVEL: 'info' },
      log: { write: (line) => void lines.push(line) },
    });
    const files = ['/style.css', '/mark.svg', '/assets/x.js', '/login-link.js', '/login-link.css'];
    for (const path of [...files, '/reference/reasons', '/openapi.json'])
      await send(service.baseUrl, path as `/${string}`, {});
    const routes = lines.map((line) => JSON.parse(line).route).filter(Boolean);
    const shown = routes.filter((route) => !route.startsWith('/operator/'));
    assert.deepEqual(shown, ['/reference/reasons', '/openapi.json']);
  });
});
