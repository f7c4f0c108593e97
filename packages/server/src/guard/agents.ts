/** Connections: judged when they are made, and kept for the next request. */
import http from 'node:http';
import { connect, isIP, type LookupFunction, type TcpSocketConnectOpts } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import { isPublicAddress } from './addresses.ts';
import type { FindAddresses } from './find-addresses.ts';
import { AddressRefused, LookupFailed } from './outcomes.ts';

/** Idle connections of an agent; beyond, the one that has been idle longest goes. */
const MOST_IDLE = 256;
const LONGEST_IDLE_MS = 15_000;
/** Of a host with several addresses, until the next one is tried as well. */
const NEXT_ADDRESS_MS = 1_000;

export type AgentOptions = {
  protocol: 'http:' | 'https:';
  allowPrivate: boolean;
  /** Whether connections are kept; without, each request has one of its own. */
  keepAlive: boolean;
  find: FindAddresses;
  /** In place of the certificate authorities that Node knows. */
  ca?: string | undefined;
};

type Create = http.Agent['createConnection'];

/** Connects to no address that it has not judged, whoever gives names which addresses. */
export class GuardedAgent extends http.Agent {
  readonly #options: AgentOptions;
  /** In the order in which they became idle. */
  readonly #idle = new Set<Duplex>();
  readonly #watched = new WeakSet<Duplex>();
  // What Node asks an agent for.
  readonly protocol: string;
  readonly defaultPort: number;

  constructor(options: AgentOptions) {
    super({
      keepAlive: options.keepAlive,
      timeout: LONGEST_IDLE_MS,
      scheduling: 'lifo',
      maxFreeSockets: MOST_IDLE,
    });
    this.#options = options;
    this.protocol = options.protocol;
    this.defaultPort = options.protocol === 'https:' ? 443 : 80;
  }

  override createConnection(...[given, created]: Parameters<Create>): Duplex | undefined {
    const { allowPrivate, find, protocol, ca } = this.#options;
    const host = given.host ?? '';
    // Literal addresses are connected to without asking for them.
    if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) {
      created?.(new AddressRefused(host), null as never);
      return undefined;
    }
    const to: TcpSocketConnectOpts = {
      ...(given as object),
      host,
      port: Number(given.port),
      lookup: judging(find, allowPrivate),
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    };
    if (protocol === 'http:') return connect(to);
    // Verified whatever the environment says, and anew each time.
    return tls.connect({
      ...to,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: true,
      ...(ca && { ca }),
    });
  }

  override keepSocketAlive(socket: Duplex): boolean {
    // Node's own types forget that it answers.
    if ((super.keepSocketAlive as (socket: Duplex) => unknown).call(this, socket) === false)
      return false;
    const [oldest] = this.#idle;
    if (oldest && this.#idle.size >= MOST_IDLE) oldest.destroy();
    this.#idle.add(socket);
    if (!this.#watched.has(socket)) {
      this.#watched.add(socket);
      socket.once('close', () => this.#idle.delete(socket));
    }
    return true;
  }

  override reuseSocket(socket: Duplex, request: http.ClientRequest): void {
    this.#idle.delete(socket);
    super.reuseSocket(socket, request);
  }
}

/** What it answers is what is connected to. */
const judging =
  (find: FindAddresses, allowPrivate: boolean): LookupFunction =>
  (host, options, callback) => {
    find(host).then(
      (found) => {
        const addresses = found.filter((one) => allowPrivate || isPublicAddress(one));
        const [first] = addresses;
        if (first === undefined)
          callback(found.length > 0 ? new AddressRefused(host) : new LookupFailed(host), '');
        else if (options.all)
          callback(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
        else callback(null, first, isIP(first));
      },
      (cause: unknown) => callback(new LookupFailed(host, { cause }), ''),
    );
  };
