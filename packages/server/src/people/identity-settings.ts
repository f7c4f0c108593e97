/**
 * How better-auth is configured (`docs/adr/0002-identity-library.md`): our tables, our hashing, our
 * cookies; e-mail and password and a second factor, nothing else.
 */
import { createHash } from 'node:crypto';
import type { BetterAuthOptions } from 'better-auth';
import { twoFactor } from 'better-auth/plugins/two-factor';
import sql from 'sql-template-tag';
import { BLOCK_SECONDS } from '../partners/login-failures.ts';
import { forgetHalfDone } from './identity-challenge.ts';
import {
  CODE_MINUTES,
  type IdentityMail,
  postCode,
  postResetLink,
  RESET_MINUTES,
} from './identity-mail.ts';
import type { IdentityPool } from './identity-pool.ts';
import * as tables from './identity-tables.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { type Realm, SESSION_SECONDS } from './session.ts';
import { type CookieOptions, cookieNames } from './session-cookie.ts';
import { proveAddress } from './takeover.ts';

export type IdentityOptions = IdentityMail & {
  cookies: CookieOptions;
  /** Where a server's online is, or the console: `https://online.example.com`. */
  addressOf(server?: string): string;
  log: { debug(fields: object, message: string): void };
};

/** What the library cannot know of the request that it is called for. */
export type IdentityCall = {
  realm: Realm;
  /** Of the session that the call may replace: the new one must not be newer than a cut. */
  number?: number | undefined;
  /** Asked before a sign-in makes a session; throws to refuse. */
  admit?: ((personId: string) => Promise<void>) | undefined;
};

/** The header that tells the library the client's address; no client can send it. */
export const ADDRESS_HEADER = 'x-switchboard-address';

export function settingsOf(
  options: IdentityOptions,
  pool: IdentityPool,
  call: () => IdentityCall | undefined,
) {
  const { database, cookies, addressOf, log } = options;
  const names = cookieNames(cookies.secure);
  return {
    appName: 'Switchboard',
    // Links are made by us and hosts judged by us: the library is told none of them.
    baseURL: 'http://localhost',
    secrets: cookies.secrets.map((value) => ({ version: versionOf(value), value })),
    database: pool,
    ...tables.models,
    session: {
      ...tables.models.session,
      expiresIn: SESSION_SECONDS,
      // Or sessions of login links would never end.
      disableSessionRefresh: true,
      // With it a session outlives its deleted row.
      cookieCache: { enabled: false },
      freshAge: 0,
    },
    verification: { ...tables.models.verification, storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 6,
      // New passwords are judged before; any other is only compared, and wrong.
      maxPasswordLength: 65_536,
      password: {
        hash: hashPassword,
        verify: ({ hash, password }) => verifyPassword(hash, password),
      },
      resetPasswordTokenExpiresIn: RESET_MINUTES * 60,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, token }) => {
        const address = addressOf(serverOf(call()?.realm));
        postResetLink(options, user.id, `${address}/reset-password?token=${token}`);
      },
      onPasswordReset: ({ user }) =>
        database.write(async (db) => {
          await proveAddress(db, user.id);
          await forgetHalfDone(db, user.id);
        }),
    },
    plugins: [
      twoFactor({
        issuer: 'Switchboard',
        schema: tables.twoFactor,
        accountLockout: { durationSeconds: BLOCK_SECONDS },
        otpOptions: {
          digits: 6,
          period: CODE_MINUTES,
          storeOTP: 'hashed',
          sendOTP: ({ user, otp }) => postCode(options, user.id, otp),
        },
        backupCodeOptions: { storeBackupCodes: 'encrypted' },
      }),
    ],
    databaseHooks: {
      session: {
        create: {
          before: async ({ userId }) => call()?.admit?.(userId),
          // Until then the session has no realm: it is valid nowhere.
          after: async ({ id }) => {
            const { realm = null, number = null } = call() ?? {};
            await database.write((db) =>
              db.query(sql`
                update sessions
                set realm = ${realm}, number = coalesce(${number}::bigint, number)
                where id = ${id}`),
            );
          },
        },
      },
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      // Warnings are wrong passwords and the like.
      log: (level, message, ...rest) =>
        level === 'error'
          ? options.log.error({ err: rest[0] }, `identity: ${message}`)
          : log.debug({}, `identity: ${message}`),
    },
    advanced: {
      database: { generateId: false },
      disableCSRFCheck: true,
      disableOriginCheck: true,
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
      // It would put `__Secure-` before the names.
      useSecureCookies: false,
      defaultCookieAttributes: {
        httpOnly: true,
        sameSite: 'lax',
        path: '/',
        secure: cookies.secure,
      },
      cookies: {
        session_token: { name: names.session },
        session_data: { name: names.sessionData },
        dont_remember: { name: names.dontRemember },
        two_factor: { name: names.twoFactor },
        trust_device: { name: names.trustDevice },
      },
    },
  } satisfies BetterAuthOptions;
}

const serverOf = (realm: Realm = 'console'): string | undefined =>
  realm === 'console' ? undefined : realm.slice('server:'.length);

/** What is encrypted names its key by a number: the same one for a key, wherever it stands. */
const versionOf = (secret: string): number =>
  createHash('sha256').update(secret).digest().readUIntBE(0, 6);
