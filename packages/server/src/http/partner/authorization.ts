/** The header `Authorization` (RFC 9110, 11.6.2), read without a pattern: anybody sends it. */

/**
 * The scheme in lower case, and what stands behind it: undefined unless it is one word.
 *
 * @param header as it came, without spaces around it
 */
export function readAuthorization(header: string): {
  scheme: string;
  token: string | undefined;
} {
  const [scheme = '', token, ...more] = header.split(' ').filter(Boolean);
  const isWord = token !== undefined && more.length === 0 && !/\s/.test(token);
  return { scheme: scheme.toLowerCase(), token: isWord ? token : undefined };
}

/** The token of the scheme `Bearer`; undefined for anything else. */
export function bearerToken(header: string | undefined): string | undefined {
  const { scheme, token } = readAuthorization(header ?? '');
  return scheme === 'bearer' ? token : undefined;
}
