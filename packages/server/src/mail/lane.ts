/**
 * One line of letters. It is bounded, and so is what one owner (a receiver, a partner) has in it;
 * owners take turns, so that many letters of one delay another's by a place or two.
 */

export type Bounds = {
  /** Letters under way, those between two tries included. */
  letters: number;
  /** Of one owner. */
  each: number;
  /** Of one owner, with the mail server for long: no other of theirs begins meanwhile. */
  slowEach: number;
};

/** A letter under way. */
export type Entry = {
  readonly owner: string;
  /** It is with the mail server. */
  isRunning: boolean;
  /** It has been there for long and gave its place to the next. */
  isSlow: boolean;
  /** It lost its room to an owner who has fewer. */
  isLost: boolean;
  /** Ends what it waits for: its turn, or its next try. */
  wake(): void;
};

// Two at once, so that the slow letters of one owner leave places to the others.
const RUNNING_EACH = 2;

export class Lane {
  /** How many are with the mail server, less the slow ones. */
  running = 0;
  slow = 0;
  readonly #bounds: Bounds;
  readonly #underWay = new Map<string, Entry[]>();
  #letters = 0;
  /** Those who stand in the line, their owners in the order of the turns. */
  readonly #line = new Map<string, Entry[]>();

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /**
   * Lets a letter in. When the lane is full, the owner with most letters waiting loses the last.
   *
   * @returns undefined when there is no room for this one, or it is that last one
   */
  enter(owner: string): Entry | undefined {
    const own = this.#underWay.get(owner) ?? [];
    if (own.length >= this.#bounds.each) return undefined;
    if (this.#letters >= this.#bounds.letters && !this.#makeRoom(waiting(own).length + 1))
      return undefined;
    const entry: Entry = { owner, isRunning: false, isSlow: false, isLost: false, wake() {} };
    add(this.#underWay, entry);
    this.#letters++;
    return entry;
  }

  /** It is over, or lost; a second time does nothing. */
  leave(entry: Entry): void {
    if (!remove(this.#underWay, entry)) return;
    this.#letters--;
    remove(this.#line, entry);
  }

  /** It waits for its turn from now on. */
  stand(entry: Entry): void {
    add(this.#line, entry);
  }

  /** Starts whose turn it is, and says whether there was somebody. */
  startNext(): boolean {
    for (const [owner, [entry]] of this.#line) {
      const own = this.#underWay.get(owner) ?? [];
      if (!entry || own.filter(takesPlace).length >= RUNNING_EACH) continue;
      // Another slow one would stay in a place that is not for those.
      if (own.filter(({ isSlow }) => isSlow).length >= this.#bounds.slowEach) continue;
      const rest = this.#line.get(owner)!.slice(1);
      this.#line.delete(owner);
      if (rest.length > 0) this.#line.set(owner, rest);
      this.running++;
      entry.isRunning = true;
      entry.wake();
      return true;
    }
    return false;
  }

  /** It takes long: whoever comes after it need not wait. */
  makeWay(entry: Entry): void {
    entry.isSlow = true;
    this.running--;
    this.slow++;
  }

  /** Its try is over. */
  stop(entry: Entry): void {
    if (entry.isSlow) this.slow--;
    else this.running--;
    entry.isRunning = false;
    entry.isSlow = false;
  }

  /** Drops the last letter of the owner with most of them, if those are more than so many. */
  #makeRoom(most: number): boolean {
    let longest: Entry[] = [];
    for (const entries of this.#underWay.values())
      if (entries.length > Math.max(most, longest.length)) {
        const candidates = waiting(entries);
        if (candidates.length > Math.max(most, longest.length)) longest = candidates;
      }
    const last = longest.at(-1);
    if (!last) return false;
    last.isLost = true;
    this.leave(last);
    last.wake();
    return true;
  }
}

const takesPlace = ({ isRunning, isSlow }: Entry): boolean => isRunning && !isSlow;

const waiting = (entries: Entry[]): Entry[] => entries.filter(({ isRunning }) => !isRunning);

function add(map: Map<string, Entry[]>, entry: Entry): void {
  const entries = map.get(entry.owner);
  if (entries) entries.push(entry);
  else map.set(entry.owner, [entry]);
}

function remove(map: Map<string, Entry[]>, entry: Entry): boolean {
  const entries = map.get(entry.owner);
  if (!entries?.includes(entry)) return false;
  entries.splice(entries.indexOf(entry), 1);
  if (entries.length === 0) map.delete(entry.owner);
  return true;
}
