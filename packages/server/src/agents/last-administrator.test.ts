import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { AgentList } from '@switchboard/contract';
import sql from 'sql-template-tag';
import type { Heard } from '../testing/http.ts';
import {
  accountRequest,
  sharedService,
  type TestPartner,
  type TestService,
} from '../testing/service.ts';
import { assertFailure, newVisitor, type Visitor } from '../testing/visitor.ts';

type Administrator = { email: string; visitor: Visitor };

describe('the last administrator of an account', () => {
  let service: TestService;
  let partner: TestPartner;

  before(async () => {
    service = await sharedService();
    partner = await service.newPartner();
  });

  /** Somebody with an account of their own, whom the partner therefore knows. */
  async function person(): Promise<Administrator & { id: number }> {
    const email = accountRequest().admin_email;
    const id = await service.newAccount(partner, { admin_email: email, agents: 9 });
    const visitor = newVisitor(service);
    assert.equal((await visitor.signIn(email)).http, 200);
    return { email, id, visitor };
  }
  const pathOf = (id: number) => `/api/workspace/${id}/agents` as const;
  const agentsOf = async (visitor: Visitor, id: number) => {
    const { http, body, text } = await visitor.get(pathOf(id));
    assert.equal(http, 200, text);
    return (body as unknown as AgentList).agents;
  };
  const invite = (visitor: Visitor, id: number, email: string, role = 'administrator') =>
    visitor.post(pathOf(id), { email, name: 'Noa', role });

  test('is neither removed nor demoted, not even by themselves', async () => {
    const { id, visitor } = await person();
    const at = `${pathOf(id)}/1` as const;
    assertFailure(await visitor.patch(at, { role: 'agent' }), 'last_administrator');
    assertFailure(await visitor.delete(at), 'last_administrator');
    assert.equal((await visitor.patch(at, { role: 'administrator' })).http, 200);
    const events = await service.database.read((db) =>
      db.query(sql`select from events
        where account_id = ${id} and type in ('agent.updated', 'agent.removed')`),
    );
    assert.equal(events.length, 0);
  });

  test('is the last one also beside agents, and beside administrators who wait', async () => {
    const { id, visitor } = await person();
    await invite(visitor, id, (await person()).email, 'agent');
    const waiting = await invite(visitor, id, accountRequest().admin_email);
    assert.deepEqual([waiting.body.state, waiting.body.role], ['waiting', 'administrator']);
    const at = pathOf(id);
    assertFailure(await visitor.patch(`${at}/1`, { role: 'agent' }), 'last_administrator');
    assertFailure(await visitor.delete(`${at}/1`), 'last_administrator');
    // Those may leave: they are not what keeps the account in somebody's hands.
    assert.equal((await visitor.patch(`${at}/3`, { role: 'agent' })).http, 200);
    assert.equal((await visitor.delete(`${at}/3`)).http, 200);
    assert.equal((await visitor.delete(`${at}/2`)).http, 200);
  });

  test('is no more the last one once there is another, and may then leave', async () => {
    const { id, visitor } = await person();
    const noa = await person();
    await invite(visitor, id, noa.email);
    const at = pathOf(id);
    assert.equal((await visitor.patch(`${at}/1`, { role: 'agent' })).http, 200);
    assertFailure(await noa.visitor.delete(`${at}/2`), 'last_administrator');
    assert.equal((await noa.visitor.patch(`${at}/1`, { role: 'administrator' })).http, 200);
    assert.equal((await visitor.delete(`${at}/1`)).http, 200);
    assertFailure(await visitor.get(`/api/workspace/${id}`), 'not_found');
    assertFailure(await noa.visitor.delete(`${at}/2`), 'last_administrator');
  });

  /** Two administrators of one account do something at once; one of them stays, in every round. */
  async function race(act: (me: Administrator, mine: string, theirs: string) => Promise<Heard>) {
    const [ada, noa] = [await person(), await person()];
    const at = pathOf(ada.id);
    // Whom the partner knows by another account is back at once when invited again.
    await service.newAccount(partner, { admin_email: ada.email });
    await invite(ada.visitor, ada.id, noa.email);
    const refused = new Set<unknown>();
    for (let round = 0; round < 20; round++) {
      const agents = await agentsOf(ada.visitor, ada.id);
      const pathTo = ({ email }: Administrator) =>
        `${at}/${agents.find((agent) => agent.email === email)?.id}`;
      const heard = await Promise.all([
        act(ada, pathTo(ada), pathTo(noa)),
        act(noa, pathTo(noa), pathTo(ada)),
      ]);
      const failures = heard.filter(({ http }) => http !== 200);
      assert.equal(failures.length, 1, heard.map(({ text }) => text).join());
      for (const { body } of failures) refused.add((body.error as { code: string }).code);
      const reads = [ada, noa].map(({ visitor }) => visitor.get(at));
      const list = (await Promise.all(reads)).find(({ http }) => http === 200)?.body;
      const left = (list as unknown as AgentList).agents.filter(
        ({ role, state }) => role === 'administrator' && state === 'open',
      );
      assert.equal(left.length, 1);
      // As before: two administrators.
      const stays = left[0]?.email === ada.email ? ada : noa;
      const gone = stays === ada ? noa : ada;
      const demoted = (await agentsOf(stays.visitor, ada.id)).find(
        ({ email }) => email === gone.email,
      );
      const back = demoted
        ? await stays.visitor.patch(`${at}/${demoted.id}`, { role: 'administrator' })
        : await invite(stays.visitor, ada.id, gone.email);
      assert.deepEqual([back.http, back.body.state], [200, 'open'], back.text);
    }
    return [...refused];
  }

  test('stays when two remove each other at once', async () => {
    const refused = await race(({ visitor }, _mine, theirs) =>
      visitor.delete(theirs as `/${string}`),
    );
    assert.deepEqual(refused, ['not_found']);
  });

  test('stays when two demote each other at once', async () => {
    const refused = await race(({ visitor }, _mine, theirs) =>
      visitor.patch(theirs as `/${string}`, { role: 'agent' }),
    );
    assert.deepEqual(refused, ['administrators_only']);
  });

  test('stays when both leave at once', async () => {
    const refused = await race(({ visitor }, mine) => visitor.delete(mine as `/${string}`));
    assert.deepEqual(refused, ['last_administrator']);
  });
});
