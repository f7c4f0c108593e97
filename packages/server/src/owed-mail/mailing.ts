/**
 * Mails the agents and members who are owed one: an invitation to those who wait, a word to those
 * who may enter at once. What is owed stands in their rows, so a crash or a dead mail server only
 * delays it. At least once; the lease only saves mails.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailable } from '../database/database.ts';
import { startLoop } from '../loop.ts';
import { claim } from './claim.ts';
import { mailOne, type OwedMailOptions } from './mail-one.ts';
import { countNotMailed, type Owed } from './owed-mail.ts';

const POLL_MS = 2_000;
const COUNT_MS = 30_000;
// Of one partner a quarter, so that there is room for the letters of others.
const AT_ONCE = 40;
const OF_ONE_PARTNER = 10;
const CLOSING_MS = 5_000;

export type Mailing = {
  /** Something may be due now. */
  poke(): void;
  /** What an operator should know, in sentences; half a minute old at most. */
  warnings(): string[];
  /** Waits for the round under way. */
  stop(): Promise<void>;
};

/** Mails now, whenever it is poked, and every two seconds. */
export function startMailing(options: OwedMailOptions): Mailing {
  const { database, log } = options;
  const underWay = new Map<Promise<void>, number>();
  let stopped = false;
  let notMailed = { failed: 0, delayed: 0 };
  const due = startLoop(
    () =>
      takeWhatIsDue().catch((error: unknown) => {
        const level = error instanceof DatabaseUnavailable ? 'warn' : 'error';
        log[level]({ err: error }, 'mailing what is owed failed; it is tried again');
      }),
    { everyMs: POLL_MS },
  );
  const counting = startLoop(countAgain, { everyMs: COUNT_MS });
  return {
    poke: due.nudge,
    warnings: () => warningsOf(notMailed),
    async stop() {
      stopped = true;
      await Promise.all([due.stop(), counting.stop()]);
      const patience = sleep(CLOSING_MS, undefined, { ref: false });
      await Promise.race([Promise.all(underWay.keys()), patience]);
    },
  };

  /** Nobody waits for a letter but those of the same partner, when those fill its share. */
  async function takeWhatIsDue(): Promise<void> {
    while (underWay.size < AT_ONCE && !stopped) {
      const room = { letters: AT_ONCE - underWay.size, each: OF_ONE_PARTNER };
      const { owed, isAll } = await claim(database, { ...room, underWay: countOf(underWay) });
      for (const one of owed) begin(one);
      if (isAll) return;
    }
  }

  async function countAgain(): Promise<void> {
    try {
      notMailed = await countNotMailed(database);
    } catch {
      // Whoever asks for warnings is told that the database is away.
    }
  }

  function begin(owed: Owed): void {
    const mailing = mailOne(owed, options)
      .then((outcome) => {
        const isKnown = notMailed.failed + notMailed.delayed > 0;
        if (outcome === 'not_taken' || isKnown) counting.nudge();
      })
      .catch((error: unknown) => {
        const level = error instanceof DatabaseUnavailable ? 'warn' : 'error';
        log[level]({ err: error }, 'mailing a letter that is owed failed; it is tried again');
      })
      .finally(() => {
        underWay.delete(mailing);
        // Not after each: taking a few at a time asks the database less often.
        const others = countOf(underWay).get(owed.partner_id) ?? 0;
        if (others <= OF_ONE_PARTNER / 2) due.nudge();
      });
    underWay.set(mailing, owed.partner_id);
  }
}

function warningsOf({ failed, delayed }: { failed: number; delayed: number }): string[] {
  if (failed + delayed === 0) return [];
  return [
    `Within the last day ${failed} letters to agents and members could not be delivered, and ${delayed} more are tried again: the log says why (docs/operating.md, Mail).`,
  ];
}

/** How many letters of each partner. */
function countOf(underWay: ReadonlyMap<unknown, number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const partnerId of underWay.values())
    counts.set(partnerId, (counts.get(partnerId) ?? 0) + 1);
  return counts;
}
