/** What waits for several owners, who take turns: the one who waits for little waits for little. */
export class FairQueue<Item> {
  /** Who was served last stands last. */
  readonly #waiting = new Map<number, Item[]>();

  push(owner: number, item: Item): void {
    const items = this.#waiting.get(owner);
    if (items) items.push(item);
    else this.#waiting.set(owner, [item]);
  }

  /** So many of the next owner's at most, in their order; none when nothing waits. */
  take(most: number): Item[] {
    const [next] = this.#waiting;
    if (!next) return [];
    const [owner, items] = next;
    this.#waiting.delete(owner);
    if (items.length > most) this.#waiting.set(owner, items.slice(most));
    return items.slice(0, most);
  }

  /** Everything that waits; nothing does then. */
  takeAll(): Item[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return all;
  }
}
