/**
 * Adaptive gathering: a lone call runs its own statement at once; under load, calls that wait
 * share one. It owns who waits for whom; callers only see their own outcome. `docs/hot-path.md`.
 */
import { DatabaseUnavailable } from './database.ts';

export type GatherOptions = {
  /** With more calls than this under way, calls share statements. 0 gathers whenever it can. */
  startAt: number;
  /** Calls in one statement at most. */
  most: number;
  /** Shared statements in flight at most. */
  inFlight: number;
};

export const GATHER_DEFAULTS: GatherOptions = { startAt: 8, most: 64, inFlight: 2 };

type Call<Input, Outcome> = {
  input: Input;
  key: string | undefined;
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
  /** For each key that is ready or runs: the calls behind it, in their order. */
  readonly #behind = new Map<string, Call<Input, Outcome>[]>();
  #callsRunning = 0;
  #statementsRunning = 0;

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
    return new Promise((resolve, reject) => {
      const call = { input, key: this.#keyOf?.(input), resolve, reject };
      const behind = call.key === undefined ? undefined : this.#behind.get(call.key);
      if (behind) {
        behind.push(call);
        return;
      }
      if (call.key !== undefined) this.#behind.set(call.key, []);
      this.#ready.push(call);
      this.#pump();
    });
  }

  #pump(): void {
    const { startAt, most, inFlight } = this.#options;
    while (this.#ready.length > 0) {
      const few = this.#ready.length + this.#callsRunning <= startAt;
      const enough = this.#ready.length >= startAt && this.#statementsRunning < inFlight;
      if (!few && !enough && this.#statementsRunning > 0) return;
      void this.#execute(this.#ready.splice(0, few ? 1 : most));
    }
  }

  async #execute(calls: Call<Input, Outcome>[]): Promise<void> {
    this.#callsRunning += calls.length;
    this.#statementsRunning += 1;
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
      for (const call of calls)
        if (again) void this.#alone(call);
        else this.#failed(call, error);
    }
    // A second try holds no place: a stuck row must not stall the calls behind this statement.
    this.#statementsRunning -= 1;
    this.#pump();
  }

  /** Without a database each of them would wait as long for the same answer, one after another. */
  #rejectWaiting(error: unknown): void {
    for (const calls of this.#behind.values())
      for (const call of calls.splice(0)) call.reject(error);
    for (const call of this.#ready.splice(0)) {
      call.reject(error);
      this.#release(call.key);
    }
  }

  async #alone(call: Call<Input, Outcome>): Promise<void> {
    try {
      const [outcome] = await this.#run([call.input], true);
      call.resolve(outcome as Outcome);
      this.#finished(call);
    } catch (error) {
      this.#failed(call, error);
    }
    this.#pump();
  }

  #failed(call: Call<Input, Outcome>, error: unknown): void {
    call.reject(error);
    this.#finished(call);
  }

  #finished(call: Call<Input, Outcome>): void {
    this.#callsRunning -= 1;
    this.#release(call.key);
  }

  #release(key: string | undefined): void {
    if (key === undefined) return;
    const next = this.#behind.get(key)?.shift();
    if (next) this.#ready.push(next);
    else this.#behind.delete(key);
  }
}
