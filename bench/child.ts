import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * The first message of a child process.
 *
 * @throws Error when the child ends without one
 */
export async function firstMessage<Message>(child: ChildProcess): Promise<Message> {
  const gone = new AbortController();
  const ended = once(child, 'exit', { signal: gone.signal }).then(([code]) => {
    throw new Error(`A process of the bench ended early (${code}).`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message'), ended]);
    return message as Message;
  } finally {
    gone.abort();
    ended.catch(() => {});
  }
}

/** Asks a child process to end and waits for it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
