/**
 * Answers whose secrets are not stored with an `Idempotency-Key`: an empty text stands in each
 * one's place, and a replay fills in what is in force then.
 */
import type { Endpoint, EndpointName } from '@switchboard/contract';

/** The answer as it may be stored; undefined when it holds no secret. */
export function withoutSecrets(
  { keptWithout }: Endpoint,
  answer: Readonly<Record<string, unknown>>,
): Record<string, unknown> | undefined {
  const held = keptWithout?.fields.filter((field) => answer[field] !== undefined) ?? [];
  if (held.length === 0) return undefined;
  return { ...answer, ...Object.fromEntries(held.map((field) => [field, ''])) };
}

/**
 * A stored answer as it is sent again.
 *
 * @param text JSON: no value in it can look like a field, for its quotes are escaped
 * @param ask what an endpoint without parameters answers now
 * @throws Refusal as that endpoint
 */
export async function withSecrets(
  { keptWithout }: Endpoint,
  text: string,
  ask: (name: EndpointName) => Promise<object>,
): Promise<string> {
  const missing = keptWithout?.fields.filter((field) => text.includes(placeOf(field))) ?? [];
  if (!keptWithout || missing.length === 0) return text;
  const now = Object.entries(await ask(keptWithout.from as EndpointName));
  const secrets = now.filter(([field]) => missing.includes(field));
  return secrets.reduce(
    (filled, [field, value]) => filled.replace(placeOf(field), () => placeOf(field, value)),
    text,
  );
}

const placeOf = (field: string, value = ''): string =>
  `${JSON.stringify(field)}:${JSON.stringify(value)}`;
