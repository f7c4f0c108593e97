/** For tests of an account's log: a partner with a name for its help, and somebody inside. */
import type { ActivityLog, ActivityPeople } from '@switchboard/contract';
import { accountRequest, startService } from '../service.ts';
import { newVisitor } from '../visitor.ts';

export const HELP = { kind: 'partner', name: 'Help', role: null };
export const ADA = { kind: 'agent', name: 'Ada Admin', role: 'administrator' };

/** A service, a partner, and administrators inside accounts of its. */
export async function startLog() {
  const service = await startService();
  const partner = await service.newPartner();
  await service.operator.updatePartner({ partner: partner.partner, support_name: 'Help' });

  async function inside() {
    const email = accountRequest().admin_email;
    const id = await service.newAccount(partner, { admin_email: email, agents: 9 });
    const visitor = newVisitor(service);
    await visitor.signIn(email);
    const at = `/api/workspace/${id}` as const;
    const read = (query = '') => visitor.get(`${at}/log${query}`);
    const log = async (query = '') => (await read(query)).body as ActivityLog;
    const people = async () =>
      ((await visitor.get(`${at}/log/people`)).body as unknown as ActivityPeople).people;
    // So that the sign-in is in the log before all else that a test does.
    await read();
    return { id, at, email, visitor, read, log, people };
  }
  return { service, partner, server: 'online', inside };
}
