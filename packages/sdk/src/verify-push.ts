/** For receivers of webhooks: what came is what Switchboard sent, lately and with your secret. */
import { PUSH_TOLERANCE_SECONDS, type PushBody, pushes } from '@switchboard/contract';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { readObject } from './answer.ts';

/** Of Node's `request.headers`, a fetch `Headers`, or any object; names in any case. */
export type PushHeaders =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** `id` is the same on every try and resend of one event: act on each once. */
export type Push = (PushBody | UnknownPush) & { id: string };

/** Of a type that this version of the SDK does not know: `sent_type`. */
export type UnknownPush = {
  type: 'unknown';
  sent_type: string;
  timestamp: string;
  data: Record<string, unknown>;
};

/** What is wrong with a push, each with its sentence. */
const problems = {
  header_missing: 'webhook-id, webhook-timestamp or webhook-signature is missing.',
  timestamp_invalid: 'webhook-timestamp is not a number of Unix seconds.',
  timestamp_too_old: `webhook-timestamp is more than ${PUSH_TOLERANCE_SECONDS} seconds ago: is your clock right?`,
  timestamp_too_new: `webhook-timestamp is more than ${PUSH_TOLERANCE_SECONDS} seconds ahead: is your clock right?`,
  signature_wrong:
    'No signature fits: another secret, or the body is not byte for byte what was sent.',
  body_invalid: 'The signature fits, but the body is not one that Switchboard sends.',
} as const;

/** Not to be trusted, so nothing of it was read. Answer 400; the message holds no secret. */
export class PushInvalid extends Error {
  override readonly name = 'PushInvalid';
  readonly problem: keyof typeof problems;

  constructor(problem: keyof typeof problems) {
    super(problems[problem]);
    this.problem = problem;
  }
}

/**
 * Judges a push by its signature and its time (Standard Webhooks: HMAC-SHA256, five minutes either
 * way), and reads it.
 *
 * @param secrets `whsec_…`, or both while a rotation's overlap lasts
 * @param body as it arrived: parsed and written again it is other bytes, and fits no signature
 * @throws PushInvalid what `problem` says
 * @throws TypeError when a secret has not the form of one, or the body is neither text nor bytes
 */
export function verifyPush(
  secrets: string | readonly string[],
  headers: PushHeaders,
  body: string | Uint8Array,
): Push {
  const verifiers = [secrets].flat().map(verifierOf);
  if (verifiers.length === 0) throw new TypeError('verifyPush needs a secret.');
  const raw = textOf(body);
  const signed = signedHeaders(headers);
  checkTime(signed['webhook-timestamp']);
  if (!verifiers.some((verifier) => fits(verifier, raw, signed)))
    throw new PushInvalid('signature_wrong');
  return { ...read(raw), id: signed['webhook-id'] };
}

function verifierOf(secret: string): Webhook {
  try {
    if (secret.startsWith('whsec_')) return new Webhook(secret);
  } catch {
    // What it threw may quote the secret.
  }
  throw new TypeError('verifyPush needs secrets of the form whsec_…, with base64 after it.');
}

// With its mark of order, if there is one: what is signed is every byte.
function textOf(body: string | Uint8Array): string {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  throw new TypeError('verifyPush needs the body as it arrived, as text or bytes, not parsed.');
}

const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

function signedHeaders(headers: PushHeaders): Record<(typeof NAMES)[number], string> {
  const entries = Symbol.iterator in headers ? [...headers] : Object.entries(headers);
  const values = NAMES.map((name) => {
    const [, value] = entries.find(([sent]) => sent.toLowerCase() === name) ?? [];
    if (value === undefined || value.length === 0) throw new PushInvalid('header_missing');
    return [name, typeof value === 'string' ? value : value.join(' ')];
  });
  return Object.fromEntries(values) as Record<(typeof NAMES)[number], string>;
}

function checkTime(timestamp: string): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw new PushInvalid('timestamp_invalid');
  const age = Math.floor(Date.now() / 1000) - Number(timestamp);
  if (age > PUSH_TOLERANCE_SECONDS) throw new PushInvalid('timestamp_too_old');
  if (age < -PUSH_TOLERANCE_SECONDS) throw new PushInvalid('timestamp_too_new');
}

function fits(verifier: Webhook, raw: string, signed: Record<string, string>): boolean {
  try {
    verifier.verify(raw, signed, { jsonParse: false });
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

function read(raw: string): PushBody | UnknownPush {
  const body = readObject(raw);
  const { type, timestamp, data } = body ?? {};
  if (typeof type !== 'string' || typeof timestamp !== 'string' || !isObject(data))
    throw new PushInvalid('body_invalid');
  if (!Object.hasOwn(pushes, type)) return { type: 'unknown', sent_type: type, timestamp, data };
  const known = pushes[type as keyof typeof pushes].safeParse(body);
  if (!known.success) throw new PushInvalid('body_invalid');
  // As it came: what later versions add stays in it.
  return body as PushBody;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
