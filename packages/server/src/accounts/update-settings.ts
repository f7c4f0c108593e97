/** The account's own settings, changed from within; the partner's three are not among them. */
import { isDeepStrictEqual } from 'node:util';
import type { AccountSettings, PageCalls } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { type AccountVerb, requireAdministrator } from '../agents/agent.ts';
import { type Changes, record } from '../events/event.ts';

/**
 * Changes what is sent and nothing else; what is so already is no change.
 *
 * @returns all settings, as they are now
 * @throws Failure administrators_only
 */
export const updateSettings: AccountVerb<PageCalls['updateSettings']> = async (
  { account_id: _, ...sent },
  inside,
) => {
  requireAdministrator(inside);
  const { db } = inside;
  const { server, accountId, partnerId, settings } = inside.entered;
  const changes: Changes = {};
  for (const [name, to] of Object.entries(sent)) {
    const from = settings[name as keyof AccountSettings];
    // Not by their text: jsonb keeps keys in an order of its own.
    if (to !== undefined && !isDeepStrictEqual(from, to)) changes[name] = { from, to };
  }
  if (Object.keys(changes).length === 0) return settings;
  const changed = Object.fromEntries(Object.entries(changes).map(([name, { to }]) => [name, to]));
  await db.query(sql`
    update accounts
    set settings = settings || ${JSON.stringify(changed)}::jsonb
    where server = ${server} and account_id = ${accountId} and partner_id = ${partnerId}`);
  await record(db, inside, {
    type: 'settings.updated',
    partnerId,
    account: { server, accountId },
    changes,
  });
  return { ...settings, ...changed };
};
