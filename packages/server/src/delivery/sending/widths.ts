/** How many pushes of each partner are under way on this node: many while answers are quick. */
import type { Pushed } from '../../operation.ts';
import type { Room } from './claim.ts';

const USUAL = 8;
const WIDEST = 64;
const QUICK_MS = 500;
const SLOW_MS = 2_000;

export class Widths {
  /** Of partners that have something under way, or are not as usual; few more than that. */
  readonly #partners = new Map<number, { width: number; underWay: number }>();

  /** For how many more there is room. */
  room(): Omit<Room, 'lanes'> {
    const of = new Map<number, number>();
    for (const [partnerId, { width, underWay }] of this.#partners)
      of.set(partnerId, Math.max(width - underWay, 0));
    return { each: USUAL, of };
  }

  take(partnerId: number): void {
    const known = this.#partners.get(partnerId) ?? { width: USUAL, underWay: 0 };
    known.underWay += 1;
    this.#partners.set(partnerId, known);
  }

  free(partnerId: number): void {
    const known = this.#partners.get(partnerId);
    if (!known) return;
    known.underWay -= 1;
    if (known.underWay === 0 && known.width === USUAL) this.#partners.delete(partnerId);
  }

  learn(partnerId: number, { outcome, milliseconds }: Pushed): void {
    const known = this.#partners.get(partnerId);
    if (!known) return;
    if (outcome === 'timeout') known.width = 1;
    else if (milliseconds > SLOW_MS && known.width > USUAL) known.width = USUAL;
    else if (outcome === 'delivered' && (milliseconds < QUICK_MS || known.width < USUAL))
      known.width = Math.min(known.width + 1, WIDEST);
  }
}
