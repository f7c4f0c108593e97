/** The two cookies that this app writes: the server reads them before the first paint. */

const YEAR_SECONDS = 31_536_000;

export function readCookie(name: string): string | undefined {
  const start = `${name}=`;
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(start));
  return found?.slice(start.length);
}

/** Keeps a value for a year; undefined forgets it. */
export function writeCookie(name: string, value: string | undefined): void {
  const age = value === undefined ? 0 : YEAR_SECONDS;
  const secure = location.protocol === 'https:' ? '; secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous and https only.
  document.cookie = `${name}=${value ?? ''}; path=/; max-age=${age}; samesite=lax${secure}`;
}
