/** DATABASE_URL as libpq reads it (PostgreSQL's manual, 32.1.1.2), several hosts included. */
import { nearestName } from '@switchboard/contract';

export type DatabaseUrl = {
  /** In the order given; empty when the URL names none. */
  hosts: DatabaseHost[];
  /** For the driver: everything but the hosts. */
  connectionString: string;
  /** Whether `options` sets a `search_path`, which then names the schema. */
  namesSchema: boolean;
  /** Parameters that libpq knows and that change nothing here. */
  ignored: string[];
};

export type DatabaseHost = { host: string; port: number };

const DEFAULT_PORT = 5432;
const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];
const PRIMARY = ['any', 'read-write', 'primary'];

/** What the driver makes use of. */
const PASSED = [
  ...['application_name', 'options', 'ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert'],
  ...['sslnegotiation', 'uselibpqcompat'],
];
const READ = ['host', 'port', 'user', 'password', 'dbname', 'target_session_attrs'];
const IGNORED = [
  ...['channel_binding', 'client_encoding', 'connect_timeout', 'fallback_application_name'],
  ...['gssdelegation', 'gssencmode', 'gsslib', 'keepalives', 'keepalives_count', 'keepalives_idle'],
  ...['keepalives_interval', 'krbsrvname', 'load_balance_hosts', 'max_protocol_version'],
  ...[
    'min_protocol_version',
    'passfile',
    'require_auth',
    'requirepeer',
    'ssl_max_protocol_version',
  ],
  ...['ssl_min_protocol_version', 'sslcertmode', 'sslcompression', 'sslcrl', 'sslcrldir'],
  ...['sslpassword', 'sslsni', 'tcp_user_timeout'],
];

const ENCODING =
  'in a user or password write %40 for @, %23 for #, %2F for /, %3F for ?, %3A for : and %25 for %.';
const URL_PARTS = /^postgres(?:ql)?:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is;

/**
 * Reads a DATABASE_URL.
 *
 * @throws Error with a sentence for the operator that holds nothing secret
 */
export function readDatabaseUrl(url: string): DatabaseUrl {
  const [, authority = '', path = '', query = ''] =
    URL_PARTS.exec(url) ?? refuse('a postgres:// URL');
  const at = authority.lastIndexOf('@');
  const login = at < 0 ? undefined : authority.slice(0, at);
  const isTorn = login?.includes('@') || (at < 0 && path.includes('@'));
  // libpq takes a # as it is, others cut the URL there: what is meant is not to be guessed.
  if (isTorn || url.includes('#')) throw new Error(`DATABASE_URL: ${ENCODING}`);

  const [user, ...password] = (login ?? '').split(':');
  const given = new Map<string, string>();
  for (const [name, value] of parametersOf(query)) given.set(name, value);
  const of = (name: string, part: string) => given.get(name) ?? decode(part);
  const [hostList, portList] = placesOf(authority.slice(at + 1));
  requireOneOf(given, 'sslmode', SSL_MODES);
  requireOneOf(given, 'target_session_attrs', PRIMARY);

  const parameters = new URLSearchParams();
  for (const name of PASSED) if (given.has(name)) parameters.set(name, given.get(name) as string);
  const [userName, secret] = [of('user', user ?? ''), of('password', password.join(':'))];
  const userInfo = [userName, ...(secret ? [secret] : [])].map(encodeURIComponent).join(':');
  const database = encodeURIComponent(of('dbname', path));
  return {
    hosts: hostsOf(given.get('host') ?? hostList, given.get('port') ?? portList),
    connectionString: `postgres://${userInfo && `${userInfo}@`}localhost/${database}?${parameters}`,
    namesSchema: (given.get('options') ?? '').includes('search_path='),
    ignored: [...given.keys()].filter((name) => IGNORED.includes(name)),
  };
}

const refuse = (rule: string): never => {
  throw new Error(`DATABASE_URL must be ${rule}.`);
};

function decode(text: string): string {
  try {
    const decoded = decodeURIComponent(text);
    if (!decoded.includes('\0')) return decoded;
  } catch {}
  throw new Error(`DATABASE_URL: ${ENCODING}`);
}

function parametersOf(query: string): [string, string][] {
  const known = [...READ, ...PASSED, ...IGNORED];
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      if (known.includes(name)) return [name, decode(value.join('='))];
      // Perhaps the rest of a password with a question mark: it is not shown.
      if (!/^[a-z][a-z_]{2,}$/i.test(name) || value.length !== 1)
        throw new Error(`DATABASE_URL: ${ENCODING}`);
      const alike = known.filter((other) => other.startsWith(name.slice(0, 3)));
      const nearest = nearestName(name, alike);
      const hint = nearest ? `; did you mean ${nearest}?` : '.';
      throw new Error(`DATABASE_URL has a parameter that is not known here, ${name}${hint}`);
    });
}

/** `a:1,[::1]:2,c` as a list of hosts and one of ports, separated by commas as parameters are. */
function placesOf(text: string): [string, string] {
  const places = decode(text)
    .split(',')
    .map((place) => /^(\[[0-9a-f:.%]+\]|[^:[\]]*)(?::([^:]*))?$/i.exec(place) ?? refuseHost());
  const hosts = places.map(([, host = '']) => host.replace(/^\[(.*)\]$/, '$1'));
  return [hosts.join(','), places.map(([, , port = '']) => port).join(',')];
}

function hostsOf(hostList: string, portList: string): DatabaseHost[] {
  const ports = portList.split(',').map(portOf);
  if (hostList === '' && portList === '') return [];
  const hosts = hostList.split(',');
  if (ports.length > 1 && ports.length !== hosts.length)
    throw new Error(
      `DATABASE_URL has ${hosts.length} hosts and ${ports.length} ports: give one port, or one for each.`,
    );
  return hosts.map((host, index) => ({
    host: host || 'localhost',
    port: (ports.length === 1 ? ports[0] : ports[index]) as number,
  }));
}

function portOf(text: string): number {
  if (text === '') return DEFAULT_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : refuseHost();
}

const refuseHost = (): never => {
  throw new Error(
    `DATABASE_URL must name hosts as host:port,host:port, IPv6 addresses in brackets, ports 1 to 65535; ${ENCODING}`,
  );
};

function requireOneOf(given: Map<string, string>, name: string, values: string[]): void {
  const value = given.get(name);
  if (value !== undefined && !values.includes(value))
    throw new Error(
      `DATABASE_URL: ${name} must be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}${name === 'target_session_attrs' ? ', since Switchboard writes' : ''}.`,
    );
}
