/** Bytes as they arrive → lines of UTF-8. */
import { invalid, unreadable } from './format.ts';

export type Line = {
  /** Counted from 1. */
  number: number;
  /** Without its end. */
  text: string;
  /** With its end, as it came. */
  bytes: Buffer;
};

/** Bytes. No row comes near it; without a limit one endless line would fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024;
const NEWLINE = 10;

/**
 * Reads lines as they are asked for, so that the sender waits when the reader does.
 *
 * @throws Refusal import_invalid for a line over 16 MiB, one that is not UTF-8, or a sender that
 *   went away
 */
export async function* readLines(body: AsyncIterable<Buffer>): AsyncGenerator<Line, undefined> {
  let number = 0;
  let pieces: Buffer[] = [];
  let size = 0;
  const add = (piece: Buffer) => {
    size += piece.length;
    if (size > LONGEST_LINE) throw invalid(`Line ${number + 1} is longer than 16 MiB.`);
    pieces.push(piece);
  };
  const take = (): Line => {
    const bytes = Buffer.concat(pieces);
    pieces = [];
    size = 0;
    number += 1;
    return { number, text: decoded(bytes, number), bytes };
  };
  for await (const chunk of untilGone(body)) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      add(chunk.subarray(start, end + 1));
      yield take();
      start = end + 1;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (size > 0) yield take();
}

async function* untilGone(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield chunk;
  } catch {
    throw invalid('The connection broke off before the end of the file.');
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decoded(bytes: Buffer, number: number): string {
  const end = bytes.at(-1) === NEWLINE ? -1 : undefined;
  try {
    return utf8.decode(bytes.subarray(0, end));
  } catch {
    throw unreadable(number);
  }
}
