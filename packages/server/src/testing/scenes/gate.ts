/** For tests of the gate: people inside accounts, and all the ways into one. */
import assert from 'node:assert/strict';
import sql from 'sql-template-tag';
import { accountRequest, sharedService } from '../service.ts';
import { assertFailure, newVisitor, type Visitor } from '../visitor.ts';

type Listed = { account_id: number; state: string };

/** A service with two servers and a partner, and what its people do. */
export async function startGate() {
  const service = await sharedService();
  await service.operator.createServer({ server: 'second' });
  const partner = await service.newPartner();
  const server = 'online';

  const set = (account_id: number, account_status: 0 | 1) =>
    partner.updateAccount({ account_id, server, account_status });
  async function signedIn(email: string, at = server): Promise<Visitor> {
    const visitor = newVisitor(service, at);
    assert.equal((await visitor.signIn(email)).http, 200);
    return visitor;
  }
  /** An account and somebody inside it. */
  async function inside(changes: Record<string, unknown> = {}) {
    const email = accountRequest().admin_email;
    const id = await service.newAccount(partner, { admin_email: email, ...changes });
    return { email, id, visitor: await signedIn(email) };
  }
  const states = async (visitor: Visitor) => {
    const { http, body } = await visitor.get('/api/workspace');
    assert.equal(http, 200);
    const accounts = body.accounts as Listed[];
    return Object.fromEntries(accounts.map(({ account_id, state }) => [account_id, state]));
  };
  /** What every way into an account answers, reading and writing. */
  async function assertAll(
    visitor: Visitor,
    id: number,
    code: Parameters<typeof assertFailure>[1],
  ) {
    const at = `/api/workspace/${id}` as const;
    const invited = { email: 'new@example.com', name: 'New', role: 'agent' };
    for (const heard of [
      await visitor.get(at),
      await visitor.get(`${at}/live`),
      await visitor.get(`${at}/agents`),
      await visitor.get(`${at}/log`),
      await visitor.patch(`${at}/settings`, { language: 'he' }),
      await visitor.patch(`${at}/settings`, { account_name: 'x' }),
      await visitor.post(`${at}/agents`, invited),
      await visitor.patch(`${at}/agents/1`, { role: 'agent' }),
      await visitor.delete(`${at}/agents/1`),
      await visitor.post(`${at}/agents/1/invitation`),
    ])
      assertFailure(heard, code);
  }
  const row = async (id: number) => {
    const [found] = await service.database.read((db) =>
      db.query(sql`
        select a.settings, a.next_agent_id, count(*) as agents, min(g.role) as role
        from accounts a join agents g on g.server = a.server and g.account_id = a.account_id
        where a.server = ${server} and a.account_id = ${id}
        group by a.server, a.account_id`),
    );
    return found;
  };

  return { service, partner, server, set, signedIn, inside, states, assertAll, row };
}
