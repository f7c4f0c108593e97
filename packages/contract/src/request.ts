/**
 * Reads what a client sent: unknown parameters first, then each parameter in the documented
 * order. The first that fails decides.
 */
import { distance } from 'fastest-levenshtein';
import type { Judged, Parameter } from './endpoint.ts';
import { quotedName } from './quoted-name.ts';
import { Refusal, type RequestError } from './reasons.ts';

/** How strictly a credential's requests are read. */
export type Mode = 'strict' | 'original';

export type RequestRead = {
  /** Validated and normalised, in the documented spelling. */
  input: Record<string, unknown>;
  /** Unknown parameters that were left out; always empty in mode `strict`. */
  ignored: string[];
};

/**
 * Validates a request against its endpoint, or one of a list's objects against what it holds.
 *
 * @param sent the JSON object of the body, or the query; a repeated query parameter is an array
 * @throws Refusal with the reason of the first unknown or failing parameter
 */
export function readRequest(
  endpoint: Judged,
  sent: Readonly<Record<string, unknown>>,
  mode: Mode,
): RequestRead {
  const errors: Refusal[] = [];
  const judge: Judge = (read) => (endpoint.tellsAllErrors ? collect(errors, read) : read());
  const ignored = unknownParameters(endpoint, sent, mode, judge);
  const input: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(endpoint.request)) {
    const value = judge(() => readParameter(name, parameter, sent, input));
    if (value !== undefined) input[name] = value;
  }
  if (errors.length > 0) throw together(errors);
  return { input, ignored };
}

/** Runs a check; answers undefined for one that failed, if others are to be heard, too. */
type Judge = <T>(read: () => T) => T | undefined;

function collect<T>(errors: Refusal[], read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    errors.push(error);
    return undefined;
  }
}

/** The first of them, with all of them in its details. */
function together(refusals: Refusal[]): Refusal {
  const [first] = refusals as [Refusal];
  return new Refusal(first.reason, { ...first.details, errors: refusals.map(errorOf) });
}

/** A refusal as it stands inside an answer. */
export const errorOf = (refusal: Refusal): RequestError => {
  const { number, reason, message, details } = refusal;
  const { parameter } = details;
  return { reason: number, code: reason, message, ...(parameter !== undefined && { parameter }) };
};

// Finding the nearest name takes time, and a body may hold thousands.
const MOST_TOLD = 10;

function unknownParameters(
  endpoint: Judged,
  sent: Readonly<Record<string, unknown>>,
  mode: Mode,
  judge: Judge,
): string[] {
  const refuses = mode === 'strict' && !endpoint.lenient;
  const known = new Set<string>();
  for (const [name, { alias }] of Object.entries(endpoint.request)) {
    known.add(name);
    if (alias) known.add(alias);
  }
  const unknown = Object.keys(sent).filter((name) => !known.has(name));
  const refuseUnknown = (name: string) => {
    const slip = endpoint.slips && Object.hasOwn(endpoint.slips, name) && endpoint.slips[name];
    if (slip && !Object.hasOwn(sent, slip.instead))
      throw new Refusal(slip.reason, {
        parameter: slip.instead,
        message: `There is no parameter ${name} here, so nothing was changed; send ${slip.instead}.`,
      });
    if (refuses) throw unknownParameter(name, [...known]);
  };
  for (const name of refuses ? unknown.slice(0, MOST_TOLD) : unknown)
    judge(() => refuseUnknown(name));
  return endpoint.lenient ? [] : unknown;
}

function unknownParameter(name: string, known: string[]): Refusal {
  const nearest = nearestName(name, known);
  const hint = nearest ? `did you mean ${nearest}?` : 'the call takes no parameters.';
  return new Refusal('parameter_unknown', {
    message: `The call has no parameter ${quotedName(name)}; ${hint}`,
  });
}

/** The known name most like this one: a name that holds it (or is held by it) before any other. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const word = name.slice(0, 100).toLowerCase();
  const score = (candidate: string) => {
    const other = candidate.toLowerCase();
    const holds = word.length > 2 && (other.includes(word) || word.includes(other));
    return distance(word, other) - (holds ? 1000 : 0);
  };
  return [...known].sort((a, b) => score(a) - score(b))[0];
}

function readParameter(
  name: string,
  parameter: Parameter,
  sent: Readonly<Record<string, unknown>>,
  before: Record<string, unknown>,
): unknown {
  const spellings = [name, parameter.alias].filter(
    (spelling): spelling is string => spelling !== undefined && Object.hasOwn(sent, spelling),
  );
  const values = spellings.map((spelling) => parse(name, parameter, sent[spelling]));
  if (values.length > 1 && values[0] !== values[1])
    throw wrong(name, parameter, `and ${parameter.alias} have different values`);
  const [value] = values;
  const problem = parameter.check?.(value, before);
  if (problem) throw wrong(name, parameter, problem);
  if (value === undefined && !parameter.optional) throw wrong(name, parameter, 'is missing');
  return value;
}

function parse(name: string, parameter: Parameter, value: unknown): unknown {
  const parsed = parameter.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  if (value === null) throw wrong(name, parameter, 'is null');
  const explained = parameter.explain?.(value);
  if (explained) throw wrong(name, parameter, explained);
  if (Array.isArray(value)) throw wrong(name, parameter, 'is a list');
  const custom = parsed.error.issues.find((issue) => issue.code === 'custom')?.message;
  throw wrong(name, parameter, custom ?? 'is not valid');
}

function wrong(name: string, parameter: Parameter, problem: string): Refusal {
  return new Refusal(parameter.reason, {
    parameter: name,
    message: `${name} ${problem}; it must be ${parameter.rule}.`,
  });
}
