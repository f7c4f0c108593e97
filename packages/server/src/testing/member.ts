/** For tests: somebody of a partner, made without being asked, signed in to the console. */
import assert from 'node:assert/strict';
import type { Endpoint, MemberRole } from '@switchboard/contract';
import sql from 'sql-template-tag';
import { hashPassword } from '../people/passwords/password.ts';
import type { Heard } from './http.ts';
import type { TestPartner, TestService } from './service.ts';
import { newVisitor, PASSWORD, type Visitor } from './visitor.ts';

export type TestMember = Visitor & { personId: string; email: string; name: string };

let members = 0;

/** An open member who proved their address and has the password of `accountRequest`. */
export async function newMember(
  service: Pick<TestService, 'baseUrl' | 'config' | 'database'>,
  { partner }: Pick<TestPartner, 'partner'>,
  role: MemberRole = 'administrator',
): Promise<TestMember> {
  const email = `member-${process.pid}-${++members}@example.com`;
  const name = 'Mia Member';
  const passwordHash = await hashPassword(PASSWORD);
  const personId = await service.database.write(async (db) => {
    const [person] = await db.query<{ id: string }>(sql`
      insert into persons (name, email, password_hash, email_proved_at)
      values (${name}, ${email}, ${passwordHash}, now())
      returning id`);
    assert.ok(person);
    await db.query(sql`
      insert into members (partner_id, person_id, role, state)
      values (${partner}, ${person.id}, ${role}, 'open')`);
    return person.id;
  });
  const visitor = newVisitor(service, null);
  const { http, text } = await visitor.signIn(email);
  assert.equal(http, 200, text);
  return { ...visitor, personId, email, name };
}

/** One of the partner's calls, as the console makes it. */
export function makeInConsole(
  visitor: Visitor,
  partner: number | string,
  { path, method }: Endpoint,
  parameters: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Heard> {
  const at = `${path.replace('/api/', `/api/console/${partner}/`)}` as `/${string}`;
  const query = `${at}?${new URLSearchParams(parameters as Record<string, string>)}` as const;
  if (method === 'GET') return visitor.get(query, { headers });
  if (method === 'DELETE') return visitor.delete(at, parameters, { headers });
  return visitor.post(at, parameters, { headers });
}
