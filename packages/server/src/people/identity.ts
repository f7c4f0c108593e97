/**
 * better-auth, and the way to call it. Only `http/identity.ts` does, and only after its own checks:
 * the library's are off.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { betterAuth } from 'better-auth';
import type { DatabaseUnavailable } from '../database/database.ts';
import { poolOf } from './identity-pool.ts';
import { type IdentityCall, type IdentityOptions, settingsOf } from './identity-settings.ts';

export type Identity = ReturnType<typeof createIdentity>;

export function createIdentity(options: IdentityOptions) {
  const calls = new AsyncLocalStorage<IdentityCall & { unavailable?: DatabaseUnavailable }>();
  const pool = poolOf(options.database, (error) => {
    const call = calls.getStore();
    if (call) call.unavailable = error;
  });
  const settings = settingsOf(options, pool, () => calls.getStore());
  const { api } = betterAuth(settings);
  return {
    api,
    settings,
    /**
     * Runs one call of the library.
     *
     * @throws Failure, DatabaseUnavailable, or the library's own error
     */
    async run<T>(call: IdentityCall, work: () => Promise<T>): Promise<T> {
      const noted: typeof call & { unavailable?: DatabaseUnavailable } = { ...call };
      const [outcome] = await Promise.allSettled([calls.run(noted, work)]);
      if (noted.unavailable) throw noted.unavailable;
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    },
  };
}
