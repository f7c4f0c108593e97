/** The people of a partner. */
import type { Operation } from '../operation.ts';
import { listMembers } from './member.ts';

export const getMembers: Operation<'getMembers'> = async (_, ctx) => ({
  list: await ctx.read((db) => listMembers(db, ctx.partnerId)),
});
