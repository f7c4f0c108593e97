/** Lists of objects on a command line, and what was answered to each of them. */
import { readFileSync } from 'node:fs';
import type { Endpoint } from '@switchboard/contract';
import type { Row } from './cell.ts';
import { CommandFailure, EXIT } from './failure.ts';

const STDIN = 0;

/**
 * A list as it was typed: JSON, the name of a file that holds it (`@changes.json`), or `-` for
 * standard input. What is in it is left to the service.
 *
 * @throws CommandFailure when it is not JSON, and whatever keeps the file from being read
 */
export function readListed(flag: string, typed: string): unknown {
  const file = typed.startsWith('@') ? typed.slice(1) : undefined;
  const text = file
    ? readFileSync(file, 'utf8')
    : typed === '-'
      ? readFileSync(STDIN, 'utf8')
      : typed;
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    const what = file ?? (typed === '-' ? 'standard input' : 'what follows');
    throw new CommandFailure(
      `${flag}: ${what} is not JSON; give a list as JSON, as @file.json, or as - for standard input.`,
    );
  }
}

/** The answer with what each was asked for beside what was answered: a refusal names nothing. */
export function besideAsked(endpoint: Endpoint, request: Row, answer: Row): Row {
  const [name, parameter] = Object.entries(endpoint.request).find(([, { each }]) => each) ?? [];
  const asked = name === undefined ? undefined : request[name];
  if (!parameter?.each || !Array.isArray(asked) || !Array.isArray(answer.list)) return answer;
  const needed = Object.entries(parameter.each.request).filter(([, { optional }]) => !optional);
  const list = answer.list.map((row: Row, index) => {
    const sent = Object(asked[index]) as Row;
    const named = needed.map(([key, { alias }]) => [key, sent[key] ?? sent[alias ?? key]]);
    return { ...Object.fromEntries(named), ...row };
  });
  return { ...answer, list };
}

/** The exit code of an answer: some of what was asked for may be refused in it. */
export const exitCodeOf = ({ refused }: Row): number =>
  typeof refused === 'number' && refused > 0 ? EXIT.refused : EXIT.done;
