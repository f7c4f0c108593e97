/** Names that are slips of known ones: of settings, where most names have nothing to do with them. */
import { distance } from 'fastest-levenshtein';

// Shorter names are near too many words, and so are longer ones two letters away.
const SHORTEST = 7;
const LONG = 10;

/**
 * The known name that this one is most likely meant for: it differs in case and underscores alone,
 * in one letter, or in two that changed places (in a long name also in two that are too many or
 * missing). Undefined for a known name, and for a word of its own.
 */
export function misspeltName(name: string, known: readonly string[]): string | undefined {
  if (known.includes(name) || name.length > 100) return undefined;
  return known.find((meant) => isSlip(bare(name), bare(meant)));
}

const bare = (name: string): string => name.replace(/[_-]/g, '').toLowerCase();

function isSlip(name: string, meant: string): boolean {
  if (Math.min(name.length, meant.length) < SHORTEST) return false;
  const letters = distance(name, meant);
  if (letters !== 2) return letters < 2;
  return (
    lettersOf(name) === lettersOf(meant) || (meant.length >= LONG && name.length !== meant.length)
  );
}

const lettersOf = (name: string): string => [...name].sort().join('');
