/** For tests of an account's settings: somebody inside, and what the log says of changes. */
import assert from 'node:assert/strict';
import sql from 'sql-template-tag';
import { accountRequest, sharedService } from '../service.ts';
import { newVisitor } from '../visitor.ts';

export const day = { open: '09:00', close: '17:00' };
export const hours = (changes: Record<string, unknown> = {}) => ({
  ...{ sun: [], mon: [day], tue: [day], wed: [day], thu: [day], fri: [day], sat: [] },
  ...changes,
});
export const DEFAULTS = {
  language: 'en',
  time_zone: 'UTC',
  business_hours: hours(),
  support_email: '',
};

/** A service, a partner, and administrators inside accounts of its. */
export async function startSettings() {
  const service = await sharedService();
  const partner = await service.newPartner();
  const server = 'online';

  async function inside() {
    const email = accountRequest().admin_email;
    const id = await service.newAccount(partner, { admin_email: email });
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
    const at = `/api/workspace/${id}` as const;
    const state = async () => (await visitor.get(at)).body;
    return {
      ...{ id, at, visitor, state },
      patch: (body: unknown) => visitor.patch(`${at}/settings`, body),
      settings: async () => (await state()).settings,
    };
  }
  const events = (id: number) =>
    service.database.read((db) =>
      db.query<Record<string, unknown>>(sql`
        select actor_kind, actor_id, changes from events
        where server = ${server} and account_id = ${id} and type = 'settings.updated'
        order by event_id`),
    );

  return { service, partner, server, inside, events };
}
