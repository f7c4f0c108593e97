/** How a command ends: its exit code, and what went wrong in a sentence. */
import { getSystemErrorMessage } from 'node:util';
import { Refusal } from '@switchboard/contract';
import { NoAnswer } from '@switchboard/sdk';
import { flagOf } from './flag-names.ts';
import { paint, printable } from './text.ts';

export const EXIT = { done: 0, refused: 1, usage: 2, noAnswer: 3, notConfirmed: 4 } as const;

/** For `--help`: what each exit code means. */
export const EXIT_CODES = [
  [EXIT.done, 'done'],
  [
    EXIT.refused,
    'refused by the service; of many changes those are made that the answer lists as OK',
  ],
  [EXIT.usage, 'a wrong command, flag, setting or file'],
  [EXIT.noAnswer, 'no answer, or a failure of the service: it may have been done'],
  [EXIT.notConfirmed, 'not confirmed; nothing was changed'],
] as const;

/** A failure on this side, with a sentence for whoever typed the command. */
export class CommandFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Says on stderr what went wrong, and answers the exit code. Never a stack trace. */
export function reportFailure(error: unknown): number {
  if (error instanceof Refusal) {
    const { parameter, retryAfterSeconds, errors = [] } = error.details;
    const sentences = [error.message, ...errors.slice(1).map(({ message }) => message)];
    const facts = [
      `reason ${error.number}`,
      ...(parameter ? [`flag ${flagOf(parameter)}`] : []),
      ...(retryAfterSeconds ? [`try again in ${duration(retryAfterSeconds)}`] : []),
      ...(error.requestId ? [`request id ${error.requestId}`] : []),
    ];
    const repeat = error.http < 500 ? undefined : howToRepeat(error);
    if (repeat) facts.push(repeat);
    const [first, ...others] = sentences;
    say([`${error.http < 500 ? 'Refused' : 'Failed'}: ${first}`, ...others], facts.join(', '));
    return error.http < 500 ? EXIT.refused : EXIT.noAnswer;
  }
  say([sentenceOf(error)], howToRepeat(error));
  if (error instanceof CommandFailure) return error.exitCode;
  return error instanceof NoAnswer ? EXIT.noAnswer : EXIT.usage;
}

/** In minutes, where they are more than one; never less than it is. */
const duration = (seconds: number): string => {
  if (seconds <= 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
};

/** Where nobody knows whether it was done. */
function howToRepeat(error: unknown): string | undefined {
  const key = error instanceof NoAnswer || error instanceof Refusal ? error.idempotencyKey : '';
  return key ? `to repeat it without doing it twice add --idempotency-key ${key}` : undefined;
}

/** Of a file error without its system call: "/backup/x: no such file or directory." */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { path, errno } = error as NodeJS.ErrnoException;
  return path && errno ? `${path}: ${getSystemErrorMessage(errno)}.` : error.message;
}

/** Runs a command; with --json a refusal is printed as the service sent it. */
export async function printingRefusals(
  json: boolean | undefined,
  received: () => string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(json && error instanceof Refusal)) throw error;
    process.stdout.write(`${received().trimEnd()}\n`);
    process.exitCode = EXIT.refused;
  }
}

function say(sentences: readonly string[], facts?: string): void {
  const lines = sentences.map((each) => paint('red', printable(each), process.stderr));
  if (facts) lines.push(paint('dim', printable(facts), process.stderr));
  process.stderr.write(`${lines.join('\n')}\n`);
}

// What a connection that nobody accepts fails with.
const NOBODY = ['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOTSOCK', 'EINVAL'];

/** The code of a connection that was never made (`ECONNREFUSED`, `EACCES` …), else undefined. */
export function notConnected(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && [...NOBODY, 'EACCES'].includes(code)) return code;
  return notConnected(error.cause);
}
