/** What of an account's row says that the operator holds it, and its form on the wire. */
import type { Held } from '@switchboard/contract';

/** Both null, or neither. */
export type HeldRow = { held_reason: string | null; held_at: Date | null };

/** As answers spread it: nothing where the account is not held. */
export const heldToWire = ({ held_reason, held_at }: HeldRow): { held?: Held } =>
  held_reason === null || held_at === null
    ? {}
    : { held: { reason: held_reason, since: held_at.toISOString() } };

/** Why it cannot be switched on, in one sentence. */
export const heldMessage = ({ reason }: Held): string =>
  `The account is held by the operator (${reason}); only the operator can switch it on.`;
