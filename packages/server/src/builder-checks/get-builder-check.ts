/** How the account's builder was found, for those who can do something about it. */
import type { PageCalls } from '@switchboard/contract';
import { type AccountVerb, requireAdministrator } from '../agents/agent.ts';
import { readChecks } from './builder-check.ts';

/** @throws Failure administrators_only */
export const getBuilderCheck: AccountVerb<PageCalls['getBuilderCheck']> = async (
  _input,
  inside,
) => {
  requireAdministrator(inside);
  const { builderUrl } = inside.entered;
  const checkOf = await readChecks(inside.db, [builderUrl]);
  return checkOf(builderUrl);
};
