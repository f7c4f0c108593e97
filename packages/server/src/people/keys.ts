/**
 * Keys made of the installation's (`SECRET_KEY`), one for each use: never the key itself. The first
 * is in force; what was made with the others is still known, so that `new,old` rotates.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
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
  codes: secretKeys.map((key) => derived(key, 'codes')),
  factors: secretKeys.map((key) => derived(key, 'factors')),
});

const derived = (key: string, use: string): Buffer =>
  Buffer.from(hkdfSync('sha256', key, '', `switchboard ${use}`, 32));

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

const ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM: the key's id, a nonce, the text, the tag; for that person alone. */
export function seal({ factors: [key] }: IdentityKeys, personId: string, text: string): Buffer {
  if (!key) throw new Error('there is no key');
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(key, personId));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([idOf(key), nonce, sealed, cipher.getAuthTag()]);
}

/** The text; undefined when its key is gone, or when it was not made for that person. */
export function unseal(
  { factors }: IdentityKeys,
  personId: string,
  sealed: Buffer,
): string | undefined {
  const key = factors.find((known) => idOf(known).equals(sealed.subarray(0, ID_BYTES)));
  if (!key || sealed.length < ID_BYTES + NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = sealed.subarray(ID_BYTES, ID_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(boundTo(key, personId))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(sealed.subarray(ID_BYTES + NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** The id that every secret sealed under the key in force begins with. */
export const keyIdOf = ({ factors: [key] }: IdentityKeys): Buffer => idOf(key ?? Buffer.alloc(0));

/** Likewise of what is kept of backup codes. */
export const codesKeyId = ({ codes: [key] }: IdentityKeys): Buffer => idOf(key ?? Buffer.alloc(0));

/** As `codeHmacs`, each behind its key's id: codes that are kept must tell whose they are. */
export const namedCodeHmacs = (keys: IdentityKeys, owner: string, code: string): Buffer[] =>
  codeHmacs(keys, owner, code).map((hmac, index) =>
    Buffer.concat([idOf(keys.codes[index] ?? Buffer.alloc(0)), hmac]),
  );

/** Names a key without saying anything of it. */
const idOf = (key: Buffer): Buffer =>
  createHmac('sha256', key).update('switchboard key id').digest().subarray(0, ID_BYTES);

const boundTo = (key: Buffer, personId: string): Buffer =>
  Buffer.concat([idOf(key), Buffer.from(personId)]);
