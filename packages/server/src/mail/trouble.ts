/** Whether the mail server takes letters at all, for `/readyz`. */
import { NotTaken } from './not-taken.ts';

const MINUTE_MS = 60_000;

export class Trouble {
  /** `performance.now()` when it began. */
  #since: { time: number; kind: string } | undefined;

  /** @throws what the try throws */
  async watch(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#since = undefined;
    } catch (error) {
      if (isAway(error)) this.#since ??= { time: performance.now(), kind: kindOf(error) };
      throw error;
    }
  }

  warnings(): string[] {
    if (!this.#since) return [];
    const minutes = Math.ceil((performance.now() - this.#since.time) / MINUTE_MS);
    return [
      `No letter has been taken within the last ${minutes === 1 ? 'minute' : `${minutes} minutes`} (${this.#since.kind}): look at SMTP_URL, and at docs/operating.md, Mail.`,
    ];
  }
}

/** A server that refuses one letter is there for the others. */
const isAway = (error: unknown): boolean =>
  !(error instanceof NotTaken) || ['not_reached', 'no_answer'].includes(error.failure);

const kindOf = (error: unknown): string =>
  error instanceof NotTaken ? error.kind : ((error as NodeJS.ErrnoException).code ?? 'unknown');
