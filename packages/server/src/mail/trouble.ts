/** Whether the mail server takes letters at all, for `/readyz`. */
import { NotTaken } from './not-taken.ts';

export class Trouble {
  #since: { time: Date; kind: string } | undefined;

  /** @throws what the try throws */
  async watch(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#since = undefined;
    } catch (error) {
      // A server that refuses one letter is there for the others.
      const isAway =
        !(error instanceof NotTaken) || ['not_reached', 'no_answer'].includes(error.failure);
      if (isAway) this.#since ??= { time: new Date(), kind: kindOf(error) };
      throw error;
    }
  }

  warnings(): string[] {
    if (!this.#since) return [];
    const { time, kind } = this.#since;
    return [
      `No letter has been taken since ${time.toISOString().slice(0, 19)}Z (${kind}): look at SMTP_URL, and at what is in docs/operating.md under Mail.`,
    ];
  }
}

const kindOf = (error: unknown): string =>
  error instanceof NotTaken ? error.kind : ((error as NodeJS.ErrnoException).code ?? 'unknown');
