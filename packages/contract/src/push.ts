/** What a partner's webhook is sent: one body for each type of event, and the one that tests it. */
import { z } from 'zod';
import { type WebhookEventType, webhookEventTypes } from './events.ts';

const change = z.object({ from: z.unknown(), to: z.unknown() });

/** What every event of an account tells. */
const told = {
  event_id: z
    .int()
    .describe(
      'Numbers the event, here, in the feed and in `getDeliveries`; it grows within an account.',
    ),
  account_id: z.int(),
  server: z.string(),
  reference: z.string().describe('Yours for the account; `""` when it has none.'),
  account_name: z.string().describe('As it was right after the change.'),
  changes: z
    .record(z.string(), change)
    .describe('Each value that changed, before and after; `null` where there was or is none.'),
  actor: z
    .object({
      kind: z
        .string()
        .describe(
          '`credential` (yours, also by a login link), `agent` or `person` (of the account), `operator`, `system`.',
        ),
      id: z.string().describe('The client id, or the number of the agent.'),
    })
    .describe('Who did it.'),
  revision: z.int().describe('Counts the changes of its name, status and builder link.'),
};

const statusReason = z
  .string()
  .optional()
  .describe('What `updateAccount` was sent with it, if anything.');

const agent = z
  .object({ id: z.int(), role: z.string(), display_name: z.string() })
  .optional()
  .describe('Whom it is about. Missing once the account has been erased.');

const account = z.object({ ...told, status_reason: statusReason });
const ofAgent = z.object({ ...told, agent });

/** A body in whole, with the literal type by which TypeScript tells it from the others. */
const body = <const T extends string, D extends z.ZodType>(type: T, data: D) =>
  z.object({
    type: z.literal(type),
    timestamp: z.iso.datetime().describe('When it happened; the same on every try.'),
    data,
  });

/** Every body by its type. Its receivers know no other; later versions may have more. */
export const pushes = {
  'account.created': body('account.created', account),
  'account.updated': body('account.updated', account),
  'account.suspended': body('account.suspended', account),
  'account.resumed': body('account.resumed', account),
  'account.deleted': body('account.deleted', account),
  'account.restored': body('account.restored', account),
  'account.held': body('account.held', account),
  'account.released': body('account.released', account),
  'agent.joined': body('agent.joined', ofAgent),
  'agent.removed': body('agent.removed', ofAgent),
  'webhook.test': body('webhook.test', z.object({})),
} as const satisfies Record<WebhookEventType | 'webhook.test', z.ZodType>;

export type PushType = keyof typeof pushes;
/** Told apart by `type`. */
export type PushBody = { [T in PushType]: z.output<(typeof pushes)[T]> }[PushType];

export const pushTypes: PushType[] = [...webhookEventTypes, 'webhook.test'];

/** Seconds that `webhook-timestamp` may be away from the receiver's clock (Standard Webhooks). */
export const PUSH_TOLERANCE_SECONDS = 300;
