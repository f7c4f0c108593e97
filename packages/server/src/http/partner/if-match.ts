/**
 * `If-Match` (RFC 9110, 13.1.1): compared strongly, so a weak tag matches nothing, and a tag that a
 * proxy rewrote is not one of ours. Whoever sends one back is told so, not that the account changed.
 */
import type { RefusalDetails } from '@switchboard/contract';

/** `*`, or the revisions that the header lists; what no ETag of ours ever was is left out. */
export function readIfMatch(header: string | undefined): '*' | readonly number[] | undefined {
  if (header === undefined) return undefined;
  if (header.trim() === '*') return '*';
  return revisionsIn(header, /^"(\d{1,15})"$/);
}

// nginx makes W/"6" of "6" when it compresses, Apache "6-gzip", Jetty "6--gzip".
const REWRITTEN = /^(?:W\/)?"(\d{1,15})(?:[-+:;][!#-~]*)?"$/i;

/**
 * The details of a 412, with its own message where the header holds the current revision as a proxy
 * rewrites it, or no revision at all.
 *
 * @param details with the account's current `revision`
 */
export function toldOfTag(details: RefusalDetails, header = ''): RefusalDetails {
  const { revision } = details;
  const known = revisionsIn(header, REWRITTEN);
  if (revision !== undefined && known.includes(revision))
    return {
      ...details,
      message: `The account has not changed, but a proxy changed its ETag on the way (one that compresses makes it weak or adds a suffix): send If-Match: "${revision}", the revision in quotes.`,
    };
  if (known.length > 0) return details;
  return {
    ...details,
    message:
      'If-Match names no revision of an account; it must be an ETag as it was answered, quotes included, such as "6", or *.',
  };
}

const revisionsIn = (header: string, tag: RegExp): number[] =>
  header
    .split(',')
    .map((each) => tag.exec(each.trim())?.[1])
    .filter((revision) => revision !== undefined)
    .map(Number);
