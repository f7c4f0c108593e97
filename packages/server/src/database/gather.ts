/**
 * Adaptive gathering: a lone call runs its own statement at once; under load, calls that wait
 * share one. Many calls of one owner go beside them, one statement at a time for all owners, who
 * take turns. It owns who waits for whom; callers only see their own outcome. `docs/hot-path.md`.
 */
import { DatabaseUnavailable } from './database.ts';
import { FairQueue } from './fair-queue.ts';

export type GatherOptions = {
  /** With more calls than this under way, calls share statements. 0 gathers whenever it can. */
  startAt: number;
  /** Calls in one statement at most. */
  most: number;
  /** Shared statements in flight at most. */
  inFlight: number;
};

export const GATHER_DEFAULTS: GatherOptions = { startAt: 8, most: 64, inFlight: 2 };

// Second tries of many at once: they must leave connections to others.
const MOST_ALONE = 4;

type Call<Input, Outcome> = {
  input: Input;
  key: string | undefined;
  /** Whose it is of many; undefined for a single call. */
  owner: number | undefined;
  resolve(outcome: Outcome): void;
  reject(error: unknown): void;
};

type Run<Input, Outcome> = (inputs: Input[], patient: boolean) => Promise<Outcome[]>;

export class Gatherer<Input, Outcome> {
  readonly #run: Run<Input, Outcome>;
  readonly #keyOf: ((input: Input) => string) | undefined;
  readonly #options: GatherOptions;
  /** Calls that may run now; no two of one key. */
  #ready: Call<Input, Outcome>[] = [];
  /** The same of many. */
  readonly #readyOfMany = new FairQueue<Call<Input, Outcome>>();
  /** For each key that is ready or runs: the calls behind it, in their order. */
  readonly #behind = new Map<string, Call<Input, Outcome>[]>();
  #callsRunning = 0;
  #statementsRunning = 0;
  #manyRunning = false;

  /**
   * @param run one statement: outcomes in the order of its inputs; patient in a call's second try
   * @param keyOf calls of one key never share a statement and keep their order
   */
  constructor(
    run: Run<Input, Outcome>,
    keyOf?: (input: Input) => string,
    options: GatherOptions = GATHER_DEFAULTS,
  ) {
    this.#run = run;
    this.#keyOf = keyOf;
    this.#options = options;
  }

  /**
   * Runs one call.
   *
   * @throws whatever its statement throws when it runs alone; one call's failure is no other's
   */
  add(input: Input): Promise<Outcome> {
    const outcome = this.#enqueue(input, undefined);
    this.#pump();
    return outcome;
  }

  /**
   * Runs many calls, which share statements among themselves and with nobody else. Single calls wait
   * for such a statement only where it has their key.
   *
   * @param owner takes turns with other owners, one statement each
   * @returns what became of each, in order; one call's failure is no other's
   */
  addMany(inputs: readonly Input[], owner: number): Promise<PromiseSettledResult<Outcome>[]> {
    const outcomes = inputs.map((input) => this.#enqueue(input, owner));
    this.#pump();
    return Promise.allSettled(outcomes);
  }

  #enqueue(input: Input, owner: number | undefined): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      const call = { input, key: this.#keyOf?.(input), owner, resolve, reject };
      const behind = call.key === undefined ? undefined : this.#behind.get(call.key);
      if (behind) {
        behind.push(call);
        return;
      }
      if (call.key !== undefined) this.#behind.set(call.key, []);
      this.#makeReady(call);
    });
  }

  #makeReady(call: Call<Input, Outcome>): void {
    if (call.owner === undefined) this.#ready.push(call);
    else this.#readyOfMany.push(call.owner, call);
  }

  #pump(): void {
    this.#pumpSingle();
    if (this.#manyRunning) return;
    const calls = this.#readyOfMany.take(this.#options.most);
    if (calls.length === 0) return;
    this.#manyRunning = true;
    void this.#execute(calls, () => {
      this.#manyRunning = false;
    });
  }

  #pumpSingle(): void {
    const { startAt, most, inFlight } = this.#options;
    while (this.#ready.length > 0) {
      const few = this.#ready.length + this.#callsRunning <= startAt;
      const enough = this.#ready.length >= startAt && this.#statementsRunning < inFlight;
      if (!few && !enough && this.#statementsRunning > 0) return;
      const calls = this.#ready.splice(0, few ? 1 : most);
      this.#callsRunning += calls.length;
      this.#statementsRunning += 1;
      void this.#execute(calls, () => {
        this.#statementsRunning -= 1;
      });
    }
  }

  /** @param ended gives the statement's place back */
  async #execute(calls: Call<Input, Outcome>[], ended: () => void): Promise<void> {
    try {
      const outcomes = await this.#run(
        calls.map((call) => call.input),
        false,
      );
      calls.forEach((call, index) => {
        call.resolve(outcomes[index] as Outcome);
        this.#finished(call);
      });
    } catch (error) {
      const busy = error instanceof DatabaseUnavailable && !error.lost;
      const lost = error instanceof DatabaseUnavailable && error.lost;
      if (lost) this.#rejectWaiting(error);
      // Worth a second try: what was busy, and what another call's row may have failed.
      const again = busy || (!lost && calls.length > 1);
      if (again) this.#tryAgain(calls);
      else for (const call of calls) this.#failed(call, error);
    }
    // A second try holds no place: a stuck row must not stall the calls behind this statement.
    ended();
    this.#pump();
  }

  #tryAgain(calls: Call<Input, Outcome>[]): void {
    const atOnce = calls[0]?.owner === undefined ? calls.length : MOST_ALONE;
    const tryNext = async () => {
      for (let call = calls.shift(); call; call = calls.shift()) {
        const lost = await this.#alone(call);
        if (lost) for (const other of calls.splice(0)) this.#failed(other, lost);
      }
    };
    for (let n = Math.min(atOnce, calls.length); n > 0; n -= 1) void tryNext();
  }

  /** Without a database each of them would wait as long for the same answer, one after another. */
  #rejectWaiting(error: unknown): void {
    for (const calls of this.#behind.values())
      for (const call of calls.splice(0)) call.reject(error);
    for (const call of [...this.#ready.splice(0), ...this.#readyOfMany.takeAll()]) {
      call.reject(error);
      this.#release(call.key);
    }
  }

  /** @returns why there is no database any more, if there is none */
  async #alone(call: Call<Input, Outcome>): Promise<DatabaseUnavailable | undefined> {
    let lost: DatabaseUnavailable | undefined;
    try {
      const [outcome] = await this.#run([call.input], true);
      call.resolve(outcome as Outcome);
      this.#finished(call);
    } catch (error) {
      if (error instanceof DatabaseUnavailable && error.lost) lost = error;
      this.#failed(call, error);
    }
    this.#pump();
    return lost;
  }

  #failed(call: Call<Input, Outcome>, error: unknown): void {
    call.reject(error);
    this.#finished(call);
  }

  #finished(call: Call<Input, Outcome>): void {
    if (call.owner === undefined) this.#callsRunning -= 1;
    this.#release(call.key);
  }

  #release(key: string | undefined): void {
    if (key === undefined) return;
    const next = this.#behind.get(key)?.shift();
    if (next) this.#makeReady(next);
    else this.#behind.delete(key);
  }
}
