/** What is typed into a form, judged by the parameters of the call that it is for. */
import type { Parameter, RequestError } from '@switchboard/contract';
import { useState } from 'react';

type Parameters = Readonly<Record<string, Parameter>>;
type Typed<N extends string> = Record<N, string>;

/** Those that the call would refuse; an optional one may stay empty. */
export function wrongFields<N extends string>(
  parameters: Parameters,
  typed: Typed<N>,
): ReadonlySet<string> {
  const before: Record<string, unknown> = {};
  const wrong = new Set<string>();
  for (const name of Object.keys(typed) as N[]) {
    const { schema, optional, check } = parameters[name] as Parameter;
    const text = typed[name];
    const left = optional && text === '';
    const read = left ? undefined : schema.safeParse(text);
    before[name] = read?.data;
    if (read?.success === false || check?.(read?.data, before)) wrong.add(name);
  }
  return wrong;
}

/** What is sent of it: nothing for an optional one that was left empty. */
export const sentOf = <N extends string>(parameters: Parameters, typed: Typed<N>) =>
  Object.fromEntries(
    (Object.entries(typed) as [N, string][]).filter(
      ([name, text]) => text !== '' || !parameters[name]?.optional,
    ),
  );

/**
 * The fields of a form. What is wrong is said once a field was left or the form was sent, and from
 * then on while one types.
 */
export function useFields<N extends string>(parameters: Parameters, initial: Typed<N>) {
  const [typed, setTyped] = useState(initial);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  /** Parameter → the reason with which the call refused it as it is typed. */
  const [refused, setRefused] = useState<Record<string, string>>({});
  const wrong = wrongFields(parameters, typed);

  const set = (part: Partial<Typed<N>>) => {
    setTyped({ ...typed, ...part });
    setRefused(Object.fromEntries(Object.entries(refused).filter(([name]) => !(name in part))));
  };
  return {
    typed,
    set,
    isChanged: JSON.stringify(typed) !== JSON.stringify(initial),
    /** Shows everything that is wrong; true when nothing is. */
    judge: () => {
      setLeft(new Set(Object.keys(typed)));
      return wrong.size === 0;
    },
    /** What the call says is wrong; true when all of it stands at a field now. */
    refuse: (errors: readonly Pick<RequestError, 'parameter' | 'code'>[]) => {
      const at = errors.filter(({ parameter }) => parameter !== undefined && parameter in typed);
      setRefused(Object.fromEntries(at.map(({ parameter, code }) => [parameter, code])));
      return at.length > 0 && at.length === errors.length;
    },
    /** Undefined where nothing is to be said. */
    problem: (name: N): 'wrong' | (string & {}) | undefined =>
      refused[name] ?? (left.has(name) && wrong.has(name) ? 'wrong' : undefined),
    leave: (name: N) => setLeft(new Set([...left, name])),
  };
}
