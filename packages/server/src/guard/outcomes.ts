/** What errors on the way to an answer are called. */
export type Outcome =
  | 'timeout'
  | 'connection_refused'
  | 'dns'
  | 'bad_tls'
  | 'private_address'
  | 'redirect'
  | 'reset'
  | 'too_large';

/** The host has no address that may be connected to. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/** The host has no address. */
export class LookupFailed extends Error {
  override readonly name = 'LookupFailed';
}

/** The system's errors and the parser's; all others come from TLS, where there is some. */
const outcomes: Readonly<Record<string, Outcome>> = {
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ECONNREFUSED: 'connection_refused',
  EHOSTUNREACH: 'connection_refused',
  EHOSTDOWN: 'connection_refused',
  ENETUNREACH: 'connection_refused',
  ENETDOWN: 'connection_refused',
  EADDRNOTAVAIL: 'connection_refused',
  EACCES: 'connection_refused',
  EPERM: 'connection_refused',
  EMFILE: 'connection_refused',
  ENFILE: 'connection_refused',
  HPE_HEADER_OVERFLOW: 'too_large',
};

/** @param isSecure whether it was to be https */
export function outcomeOf(error: unknown, isSecure: boolean): Outcome {
  if (error instanceof AddressRefused) return 'private_address';
  if (error instanceof LookupFailed) return 'dns';
  // Of a host with many addresses, each of which failed.
  if (error instanceof AggregateError) return outcomeOf(error.errors.at(-1), isSecure);
  const code = codeOf(error);
  return outcomes[code] ?? (isSecure && !code.startsWith('HPE_') ? 'bad_tls' : 'reset');
}

/** The peer had closed the connection, or did so before it said anything. */
export const isHangUp = (error: unknown): boolean =>
  ['ECONNRESET', 'EPIPE'].includes(codeOf(error));

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
