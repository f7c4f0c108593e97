/**
 * What a partner keeps of its place in the feed. A snapshot is written by its distances, so that
 * a thousand transactions under way take some 3 kB of the next query.
 */
import { FEED_CURSOR_LIMIT } from '@switchboard/contract';

/** Up to where a partner has read. */
export type FeedPosition = {
  /** Which log it is of: after an import the numbers mean others. */
  logId: string;
  /** What was visible when the last window ended, as `pg_snapshot` text; null in the first window. */
  from: string | null;
  /** Of a window that is read in part: the snapshot that ends it, and the last event read. */
  within: { upTo: string; after: number } | null;
};

const VERSION = '1';
const NONE = '-';

/** `1.<log>.<from>`, then `.<upTo>.<after>` within a window. */
export function writeFeedCursor({ logId, from, within }: FeedPosition): string {
  const parts = [VERSION, logId.replaceAll('-', ''), from === null ? NONE : pack(from)];
  if (within) parts.push(pack(within.upTo), within.after.toString(36));
  return parts.join('.');
}

/** Undefined for what `writeFeedCursor` does not write. */
export function readFeedCursor(cursor: string): FeedPosition | undefined {
  const [version, log = '', first = '', second, last, ...more] = cursor.split('.');
  if (cursor.length > FEED_CURSOR_LIMIT || version !== VERSION || more.length > 0) return undefined;
  if (!/^[0-9a-f]{32}$/.test(log)) return undefined;
  const logId = log.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const from = first === NONE ? null : unpack(first);
  if (second === undefined) return from ? { logId, from, within: null } : undefined;
  const upTo = unpack(second);
  const after = numberIn(last ?? '');
  if (from === undefined || upTo === undefined || after === undefined) return undefined;
  return { logId, from, within: { upTo, after } };
}

/** `xmin:xmax:xip,…` as its first number and the distances from each to the next, in base 36. */
function pack(snapshot: string): string {
  const [first = 0, end = 0, ...underWay] = snapshot.split(/[:,]/).filter(Boolean).map(Number);
  const distances = underWay.map((number, n) => number - (underWay[n - 1] ?? first));
  return [first, end - first, ...distances].map((number) => number.toString(36)).join('-');
}

function unpack(text: string): string | undefined {
  const numbers = text.split('-').map(numberIn);
  if (numbers.length < 2 || numbers.includes(undefined)) return undefined;
  const [first = 0, length = 0, ...distances] = numbers as number[];
  const end = first + length;
  let number = first;
  const underWay = distances.map((distance) => {
    number += distance;
    return number;
  });
  // PostgreSQL refuses what is no snapshot; nothing such reaches it.
  const isRising = distances.every((distance, n) => n === 0 || distance > 0);
  const isWithin = first > 0 && Number.isSafeInteger(end) && (underWay.at(-1) ?? 0) < end;
  return isRising && isWithin ? `${first}:${end}:${underWay.join(',')}` : undefined;
}

function numberIn(text: string): number | undefined {
  if (!/^[0-9a-z]{1,11}$/.test(text)) return undefined;
  const number = Number.parseInt(text, 36);
  return Number.isSafeInteger(number) ? number : undefined;
}
