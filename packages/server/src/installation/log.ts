/** The log: JSON for collectors, lines to read at a terminal, and of an outage one stack in all. */
import { styleText } from 'node:util';
import { type DestinationStream, type Logger, levels, pino, stdSerializers } from 'pino';

// An outage is over when nothing was refused for so long; the next one has a stack again.
const QUIET_MS = 60_000;

/** Lines are written together: each write costs as much as the rest of a line. All go at an exit. */
const GATHERED = { sync: false, minLength: 16_384, maxWrite: 65_536, periodicFlush: 500 };

/** @param out lines as JSON go there */
export function createLog(level: string, out: DestinationStream): Logger {
  return pino({ level, serializers: { err: newErrSerializer() } }, out);
}

/** Standard output: read by people where it is a terminal. */
export function standardOutput(): DestinationStream {
  if (!process.stdout.isTTY) return pino.destination(GATHERED);
  return { write: (line) => void process.stdout.write(readable(line)) };
}

/** Thousands of requests may fail for the one reason that the database is away. */
function newErrSerializer() {
  let lastAt = Number.NEGATIVE_INFINITY;
  return (error: unknown) => {
    if (!(error instanceof Error) || error.name !== 'DatabaseUnavailable')
      return stdSerializers.err(error as Error);
    const isNew = performance.now() - lastAt > QUIET_MS;
    lastAt = performance.now();
    return isNew ? stdSerializers.err(error) : { type: error.name, message: error.message };
  };
}

type Line = {
  level: number;
  time: number;
  msg?: string;
  err?: { message: string; stack?: string };
};

/** `23:20:26.746 WARN  a sentence  name=value`, and a stack below it. */
export function readable(json: string): string {
  const {
    level,
    time,
    msg,
    err,
    pid: _,
    hostname: __,
    ...rest
  } = JSON.parse(json) as Line & Record<string, unknown>;
  const word = (levels.labels[level] ?? String(level)).toUpperCase().padEnd(5);
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${shown(value)}`);
  const words = [msg, ...(err && msg === undefined ? [err.message] : []), ...fields];
  const said = printable(words.filter(Boolean).join('  '));
  const text = `${localTime(time)} ${painted(level, word)} ${said}\n`;
  const more = err && (err.stack ?? (msg === undefined ? '' : err.message));
  return more ? `${text}${indented(more)}\n` : text;
}

// What a terminal would obey instead of show: outside text may be in a message.
const OBEYED = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;
const printable = (text: string): string => text.replace(OBEYED, '\u{FFFD}');

const indented = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => `    ${printable(line)}`)
    .join('\n');

const shown = (value: unknown): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);

const painted = (level: number, word: string): string => {
  if (level < 40) return word;
  return styleText(level < 50 ? 'yellow' : 'red', word);
};

/** Of this machine, to the millisecond. */
function localTime(milliseconds: number): string {
  const at = new Date(milliseconds);
  const [hours, minutes, seconds] = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
