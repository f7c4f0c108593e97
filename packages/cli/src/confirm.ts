/** The question before what cannot be taken back. */
import { CommandFailure, EXIT } from './failure.ts';
import { printable } from './text.ts';

export type CommonFlags = { json?: boolean; yes?: boolean };

/**
 * Asks on a terminal; elsewhere, with --json and with --yes the command is the answer.
 *
 * @throws CommandFailure when the answer is no
 */
export async function confirm(question: string, { json, yes }: CommonFlags): Promise<void> {
  if (yes || json || !process.stdin.isTTY || !process.stderr.isTTY) return;
  const prompts = await import('@clack/prompts');
  const answer = await prompts.confirm({
    message: printable(question),
    initialValue: false,
    output: process.stderr,
    withGuide: false,
  });
  if (answer !== true)
    throw new CommandFailure('Not confirmed: nothing was changed.', EXIT.notConfirmed);
}
