/** Where to go after signing in: only a path of this very origin, or nowhere. */
export function safeNext(next: unknown): string | undefined {
  if (typeof next !== 'string' || !/^\/(?![/\\])/.test(next)) return undefined;
  // Browsers drop tabs and line ends and take a backslash for a slash.
  if (/[\\\p{Cc}]/u.test(next)) return undefined;
  const base = 'http://here.invalid';
  if (!URL.canParse(next, base) || new URL(next, base).origin !== base) return undefined;
  return /^\/(sign-in|second-factor)?([?#]|$)/.test(next) ? undefined : next;
}
