/**
 * Secrets that must be readable again: AES-256-GCM under keys made of the installation's
 * (`SECRET_KEY`), one for each use. The first is in force; what was sealed with the others is still
 * read, so that `new,old` rotates.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const ID_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Keys of 32 bytes for one use, in the order of the installation's. */
export const derivedKeys = (secretKeys: readonly string[], use: string): Buffer[] =>
  secretKeys.map((key) => Buffer.from(hkdfSync('sha256', key, '', `switchboard ${use}`, 32)));

/** The key's id, a nonce, the text, the tag; bound to its owner: another's row reads nothing. */
export function sealWith([key]: readonly Buffer[], owner: string, text: string): Buffer {
  if (!key) throw new Error('there is no key');
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(key, owner));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([idOfKey(key), nonce, sealed, cipher.getAuthTag()]);
}

/** The text; undefined when its key is gone, or when it was not made for that owner. */
export function unsealWith(
  keys: readonly Buffer[],
  owner: string,
  sealed: Buffer,
): string | undefined {
  const key = keys.find((known) => idOfKey(known).equals(sealed.subarray(0, ID_BYTES)));
  if (!key || sealed.length < ID_BYTES + NONCE_BYTES + TAG_BYTES) return undefined;
  const nonce = sealed.subarray(ID_BYTES, ID_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(boundTo(key, owner))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(sealed.subarray(ID_BYTES + NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

/** Names a key without saying anything of it: what is sealed begins with it. */
export const idOfKey = (key: Buffer): Buffer =>
  createHmac('sha256', key).update('switchboard key id').digest().subarray(0, ID_BYTES);

const boundTo = (key: Buffer, owner: string): Buffer =>
  Buffer.concat([idOfKey(key), Buffer.from(owner)]);
