import { type ReactNode, useState } from 'react';
import { FailureNote } from './failure-note.tsx';
import { Notice } from './notice.tsx';

type Outcome = { done: ReactNode } | { failure: Error };

/**
 * What a form last came to, as one notice: a success never stands beside a later error, nor an error
 * beside a later success. `begin` takes the last one away: call it when something is tried, also
 * when the form itself refuses.
 */
export function useOutcome() {
  const [outcome, setOutcome] = useState<Outcome>();
  return {
    begin: () => setOutcome(undefined),
    succeed: (done: ReactNode) => setOutcome({ done }),
    /** A failure that is told at its field is no notice. */
    fail: (failure: Error, atField = false) => setOutcome(atField ? undefined : { failure }),
    notice: outcome && <OutcomeNotice of={outcome} />,
  };
}

const OutcomeNotice = ({ of }: { of: Outcome }) =>
  'done' in of ? <Notice kind="good">{of.done}</Notice> : <FailureNote failure={of.failure} />;
