import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sharedService } from './service.ts';

const service = await sharedService();

describe('newMember', () => {
  it('makes somebody of each role who is signed in to the console', async () => {
    const partner = await service.newPartner();
    for (const role of ['administrator', 'operator', 'viewer'] as const) {
      const member = await service.newMember(partner, role);
      const session = await member.get('/api/auth/get-session');
      assert.equal((session.body as { user: { email: string } }).user.email, member.email);
    }
  });
});
