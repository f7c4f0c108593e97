/** What an address is sent: what was true at the change, made of the event alone. */
import type { WebhookEventType } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Changes } from '../events/event.ts';

/** What of an event's row a payload needs. */
export type ToldEvent = {
  event_id: number;
  type: WebhookEventType;
  at: Date;
  server: string;
  account_id: number;
  reference: string | null;
  account_name: string | null;
  revision: number | null;
  changes: Changes;
  status_reason: string | null;
  agent: { id: number; role: string; display_name: string } | null;
  actor_kind: string;
  actor_id: string;
};

/** The columns of `ToldEvent`, of the events `e`. */
export const TOLD_COLUMNS = sql`e.event_id, e.type, e.at, e.server, e.account_id, e.reference,
  e.account_name, e.revision, e.changes, e.status_reason, e.agent, e.actor_kind, e.actor_id`;

/** The body of a delivery: the same bytes on every try, until its account is erased. */
export function payloadOf(event: ToldEvent): string {
  const { agent, status_reason } = event;
  return JSON.stringify({
    type: event.type,
    timestamp: event.at.toISOString(),
    data: {
      event_id: event.event_id,
      account_id: event.account_id,
      server: event.server,
      reference: event.reference ?? '',
      account_name: event.account_name ?? '',
      ...(agent && {
        agent: { id: agent.id, role: agent.role, display_name: agent.display_name },
      }),
      changes: inOrder(event.changes),
      ...(status_reason !== null && { status_reason }),
      actor: { kind: event.actor_kind, id: event.actor_id },
      revision: event.revision ?? 0,
    },
  });
}

/** As people read it; jsonb keeps no order. */
const inOrder = (changes: Changes): Changes =>
  Object.fromEntries(Object.entries(changes).map(([name, { from, to }]) => [name, { from, to }]));

/** What names a delivery on every try: receivers that saw it may leave it. */
export const webhookIdOf = (eventId: number): string => `evt_${eventId}`;
