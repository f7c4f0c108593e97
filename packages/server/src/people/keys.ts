/**
 * Keys made of the installation's (`SECRET_KEY`), one for each use: never the key itself. The first
 * is in force; what was made with the others is still known, so that `new,old` rotates.
 */
import { createHmac } from 'node:crypto';
import { derivedKeys, idOfKey, sealWith, unsealWith } from '../sealing.ts';
import { identitySecret } from './sessions/session-cookie.ts';

export type IdentityKeys = {
  /** Sign cookies. */
  cookies: readonly string[];
  /** Codes are stored as HMACs by these. */
  codes: readonly Buffer[];
  /** Encrypt the secrets of authenticator apps. */
  factors: readonly Buffer[];
};

export const identityKeys = (secretKeys: readonly string[]): IdentityKeys => ({
  cookies: secretKeys.map(identitySecret),
  codes: derivedKeys(secretKeys, 'codes'),
  factors: derivedKeys(secretKeys, 'factors'),
});

/**
 * What is stored of a code that is too short for a plain hash.
 *
 * @param owner the challenge's or person's id: the same code of another is stored differently
 * @returns one for each key, that of the key in force first
 */
export const codeHmacs = ({ codes }: IdentityKeys, owner: string, code: string): Buffer[] =>
  codes.map((key) => createHmac('sha256', key).update(`${owner}:${code}`).digest());

export const codeHmac = (keys: IdentityKeys, owner: string, code: string): Buffer =>
  codeHmacs(keys, owner, code)[0] ?? Buffer.alloc(0);

/** For that person alone (`sealing.ts`). */
export const seal = ({ factors }: IdentityKeys, personId: string, text: string): Buffer =>
  sealWith(factors, personId, text);

/** The text; undefined when its key is gone, or when it was not made for that person. */
export const unseal = (
  { factors }: IdentityKeys,
  personId: string,
  sealed: Buffer,
): string | undefined => unsealWith(factors, personId, sealed);

/** The id that what is kept of backup codes begins with under the key in force. */
export const codesKeyId = ({ codes: [key] }: IdentityKeys): Buffer =>
  idOfKey(key ?? Buffer.alloc(0));

/** As `codeHmacs`, each behind its key's id: codes that are kept must tell whose they are. */
export const namedCodeHmacs = (keys: IdentityKeys, owner: string, code: string): Buffer[] =>
  codeHmacs(keys, owner, code).map((hmac, index) =>
    Buffer.concat([idOfKey(keys.codes[index] ?? Buffer.alloc(0)), hmac]),
  );
