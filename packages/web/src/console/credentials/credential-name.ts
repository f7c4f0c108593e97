const MOST_CHARACTERS = 100;

/** Whether a credential can be called so; the service looks closer. */
export const isName = (typed: string): boolean =>
  typed.trim() !== '' && [...typed.trim()].length <= MOST_CHARACTERS;
