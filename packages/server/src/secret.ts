/** Secrets of 256 random bits, and what is stored of them. */
import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits in base64url, behind a prefix that tells what it is. */
export const newToken = (prefix = ''): string => prefix + randomBytes(32).toString('base64url');

/** What is stored of a token: with 256 random bits in it, a plain hash is enough. */
export const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
