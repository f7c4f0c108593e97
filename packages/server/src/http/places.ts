/**
 * Who has a place among a server's connections. When all are taken, one that only waits gives its
 * own to the newcomer, who so always has time to send a request, however many others are only held,
 * or leave their answers unread: the oldest that has sent none since it was last looked at. Where
 * none waits (each is being answered: live streams, too), the newcomer is refused. A request costs
 * one look-up.
 */
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

// For each newcomer no more are looked at; those that stay go to the end of the line.
const MOST_LOOKS = 100;

export type PlaceLimits = {
  /** Connections at once. */
  most: number;
  /** Those of one network among them. */
  mostOfAddress: number;
  /** Whether a request whose body is still on its way gives way like one that has not begun. */
  bodiesWait: boolean;
};

type Place = { network: string | undefined; hasAsked: boolean };

export class Places {
  readonly #limits: PlaceLimits;
  /** The line: who is looked at next is first. */
  readonly #places = new Map<Socket, Place>();
  readonly #held = new Map<string, number>();

  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /**
   * @param network undefined for whoever may hold any number
   * @returns false when there is no place
   */
  take(socket: Socket, network: string | undefined): boolean {
    const { most, mostOfAddress } = this.#limits;
    if (network !== undefined && this.#heldBy(network) >= mostOfAddress) return false;
    if (this.#places.size >= most && !this.#makeRoom()) return false;
    if (network !== undefined) this.#held.set(network, this.#heldBy(network) + 1);
    this.#places.set(socket, { network, hasAsked: false });
    return true;
  }

  /** It has sent the headers of a request. */
  asked(socket: Socket): void {
    const place = this.#places.get(socket);
    if (place) place.hasAsked = true;
  }

  /** May be called again. */
  leave(socket: Socket): void {
    const place = this.#places.get(socket);
    this.#places.delete(socket);
    if (place?.network === undefined) return;
    const held = this.#heldBy(place.network) - 1;
    if (held > 0) this.#held.set(place.network, held);
    else this.#held.delete(place.network);
  }

  #heldBy(network: string): number {
    return this.#held.get(network) ?? 0;
  }

  #makeRoom(): boolean {
    let looks = 0;
    let second: Socket | undefined;
    for (const [socket, place] of this.#places) {
      const waits = !this.#isAnswered(socket);
      if (waits && !place.hasAsked) return this.#drop(socket);
      if (waits) second ??= socket;
      place.hasAsked = false;
      this.#places.delete(socket);
      this.#places.set(socket, place);
      looks += 1;
      if (looks === MOST_LOOKS) break;
    }
    return second !== undefined && this.#drop(second);
  }

  #isAnswered(socket: Socket): boolean {
    const { _httpMessage: response } = socket as { _httpMessage?: ServerResponse };
    // Whatever is left of an answer that is made waits for its reader alone.
    if (!response || response.writableEnded) return false;
    return response.req.complete || !this.#limits.bodiesWait;
  }

  #drop(socket: Socket): true {
    this.leave(socket);
    socket.destroy();
    return true;
  }
}
