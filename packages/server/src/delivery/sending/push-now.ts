/** Pushes that somebody waits for: few of a partner at a time, or it would be a way to flood others. */
import { Refusal } from '@switchboard/contract';
import type { Push, Pushed } from '../../operation.ts';
import type { Pusher } from './push.ts';

const MOST_AT_ONCE = 4;
const RETRY_SECONDS = 5;

/** @throws Refusal rate_limited while four of the partner are under way on this node */
export type PushNow = (partnerId: number, push: Push) => Promise<Pushed>;

export function newPushNow(push: Pusher): PushNow {
  const underWay = new Map<number, number>();
  return async (partnerId, what) => {
    const count = underWay.get(partnerId) ?? 0;
    if (count >= MOST_AT_ONCE)
      throw new Refusal('rate_limited', { retryAfterSeconds: RETRY_SECONDS });
    underWay.set(partnerId, count + 1);
    try {
      return await push(what);
    } finally {
      const left = (underWay.get(partnerId) ?? 1) - 1;
      if (left > 0) underWay.set(partnerId, left);
      else underWay.delete(partnerId);
    }
  };
}
