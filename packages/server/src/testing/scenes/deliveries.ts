/** For tests of webhooks: a partner with an address, and deliveries in a state of one's choice. */
import { Refusal } from '@switchboard/sdk';
import sql, { type Sql } from 'sql-template-tag';
import { dispatch } from '../../delivery/sending/dispatch.ts';
import { startService, type TestPartner, type TestService } from '../service.ts';

export const URL_SET = 'https://hooks.example/switchboard?key=1';

export async function startWebhooks(environment: Record<string, string> = {}) {
  const service = await startService({ environment, delivers: false });

  const run = <Row = Record<string, unknown>>(statement: Sql) =>
    service.database.write((db) => db.query<Row>(statement));
  const newPartner = async (url = URL_SET): Promise<TestPartner> => {
    const partner = await service.newPartner();
    if (url) await partner.setWebhook({ url });
    return partner;
  };

  return { service, run, newPartner };
}

/** Makes deliveries of everything that happened. */
export async function makeDeliveries({ database }: TestService): Promise<void> {
  while (!(await dispatch(database)));
}

/** The reason that a call is refused with, as `68 409`. */
export const refusedWith = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'OK',
    (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      return `${error.number} ${error.http}`;
    },
  );

/** The partner's events of webhooks, in their order. */
export const webhookEvents = async ({ database }: TestService, { partner }: TestPartner) =>
  database.read((db) =>
    db.query<{ type: string; changes: object }>(sql`
      select type, changes from events
      where partner_id = ${partner} and type like 'webhook.%'
      order by event_id`),
  );
