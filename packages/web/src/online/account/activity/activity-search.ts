/** What the address says of the activity that is shown. */
import { type ActivityKind, activityKinds, MOST_ID } from '@switchboard/contract';

export type ActivitySearch = {
  /** An agent's number, or the partner; undefined is everyone. */
  person?: 'partner' | number | undefined;
  kind?: ActivityKind | undefined;
};

/** What it does not know it leaves out. */
export function activitySearch({ person, kind }: Record<string, unknown>): ActivitySearch {
  const isAgent = Number.isInteger(person) && Number(person) > 0 && Number(person) <= MOST_ID;
  const known = activityKinds.find((name) => name === kind);
  return {
    ...(person === 'partner' || isAgent ? { person: person as 'partner' | number } : {}),
    ...(known ? { kind: known } : {}),
  };
}
