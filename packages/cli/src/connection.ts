/** Where Switchboard answers, and as whom the command calls: flags, then the environment. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { misspeltName } from '@switchboard/contract';
import { CommandFailure } from './failure.ts';

export type PartnerConnection = { baseUrl: string; clientId: string; clientSecret: string };

export type OperatorConnection = {
  /** Of the listener; on a unix socket only its path part matters. */
  baseUrl: string;
  socketPath: string | undefined;
  token: string | undefined;
  /** For people: the socket's path or host:port. */
  shown: string;
};

type Environment = Readonly<Record<string, string | undefined>>;

const dataDirOf = (environment: Environment): string => resolve(environment.DATA_DIR || './data');

/**
 * The partner's address and credential. The quick start's is taken whole or not at all: its secret
 * never goes to an address that was given by hand.
 *
 * @throws CommandFailure that names what is missing
 */
export function partnerConnection(
  flags: Partial<PartnerConnection>,
  environment: Environment = process.env,
): PartnerConnection {
  const given = {
    SWITCHBOARD_URL: flags.baseUrl ?? environment.SWITCHBOARD_URL,
    SWITCHBOARD_CLIENT_ID: flags.clientId ?? environment.SWITCHBOARD_CLIENT_ID,
    SWITCHBOARD_CLIENT_SECRET: flags.clientSecret ?? environment.SWITCHBOARD_CLIENT_SECRET,
  };
  const missing = Object.entries(given).filter(([, value]) => !value);
  requireSpelt(
    environment,
    missing.map(([name]) => name),
  );
  if (missing.length === 3) return readQuickstart(join(dataDirOf(environment), 'quickstart.json'));
  if (missing.length > 0)
    throw new CommandFailure(
      `Set ${missing.map(([name]) => name).join(' and ')} too: address, client id and secret belong together.`,
    );
  const baseUrl = given.SWITCHBOARD_URL ?? '';
  if (!/^https?:$/.test(URL.parse(baseUrl)?.protocol ?? ''))
    throw new CommandFailure(
      `SWITCHBOARD_URL must be an http:// or https:// address, not "${baseUrl}".`,
    );
  return {
    baseUrl,
    clientId: given.SWITCHBOARD_CLIENT_ID ?? '',
    clientSecret: given.SWITCHBOARD_CLIENT_SECRET ?? '',
  };
}

/** A slip would send the command to the quick start, or to another address, without a word. */
function requireSpelt(environment: Environment, known: readonly string[]): void {
  for (const name of Object.keys(environment)) {
    const meant = misspeltName(name, known);
    if (meant) throw new CommandFailure(`${name} is not a setting: did you mean ${meant}?`);
  }
}

function readQuickstart(file: string): PartnerConnection {
  if (!existsSync(file))
    throw new CommandFailure(
      `No credential: set SWITCHBOARD_URL, SWITCHBOARD_CLIENT_ID and SWITCHBOARD_CLIENT_SECRET, or run npm start, whose quick start is then read from ${file}.`,
    );
  try {
    const { base_url, client_id, client_secret } = JSON.parse(readFileSync(file, 'utf8'));
    return { baseUrl: base_url, clientId: client_id, clientSecret: client_secret };
  } catch (error) {
    throw new CommandFailure(`The quick start cannot be read: ${(error as Error).message}`);
  }
}

/**
 * The operator's own listener, as the server chooses it.
 *
 * @throws CommandFailure when OPERATOR_LISTEN is neither a socket path nor host:port
 */
export function operatorConnection(environment: Environment = process.env): OperatorConnection {
  const listen = environment.OPERATOR_LISTEN || undefined;
  const token = environment.OPERATOR_TOKEN || undefined;
  if (listen && !listen.startsWith('/')) {
    const baseUrl = `http://${listen}`;
    if (!/:\d+$/.test(listen) || !URL.canParse(baseUrl))
      throw new CommandFailure(
        `OPERATOR_LISTEN must be an absolute socket path or host:port, not "${listen}".`,
      );
    return { baseUrl, socketPath: undefined, token, shown: listen };
  }
  const socketPath = listen ?? socketIn(dataDirOf(environment));
  return { baseUrl: 'http://operator', socketPath, token, shown: socketPath };
}

/** The server writes the path beside where the socket would be, when that is too long for one. */
function socketIn(dataDir: string): string {
  const path = join(dataDir, 'operator.sock');
  const pointer = `${path}.path`;
  return existsSync(pointer) ? readFileSync(pointer, 'utf8').trim() : path;
}
