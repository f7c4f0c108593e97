/** The addresses of a host, without holding up whatever else this process does. */
import { lookup, Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIPv4 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const HOSTS_FILE = '/etc/hosts';
const QUERY = { timeout: 2_000, tries: 2 };
/** Milliseconds that the slower of two answers is waited for (RFC 8305, Resolution Delay). */
const RESOLUTION_DELAY_MS = 50;

/** @throws Error when there is none */
export type FindAddresses = (host: string) => Promise<string[]>;

/**
 * Asks the name servers. The system's own look-up, which blocks one of the few threads that hashing
 * and files share for as long as a stranger's name server is silent, is left to names that are the
 * operator's: those without a dot, and those of `/etc/hosts`.
 */
export const findAddresses: FindAddresses = async (host) => {
  if (!host.includes('.') || (await isInHostsFile(host)))
    return (await lookup(host, { all: true })).map(({ address }) => address);
  // Made each time: name servers may have been changed.
  const resolver = new Resolver(QUERY);
  const addresses: string[] = [];
  const answers = [resolver.resolve4(host), resolver.resolve6(host)].map((answer) =>
    answer.then((found) => addresses.push(...found)),
  );
  try {
    await Promise.any(answers);
    await Promise.race([Promise.allSettled(answers), sleep(RESOLUTION_DELAY_MS)]);
  } finally {
    resolver.cancel();
  }
  return addresses.toSorted((a, b) => Number(isIPv4(b)) - Number(isIPv4(a)));
};

async function isInHostsFile(host: string): Promise<boolean> {
  const text = await readFile(HOSTS_FILE, 'utf8').catch(() => '');
  const name = host.toLowerCase();
  return text.split('\n').some((line) => {
    const [, ...names] = (line.split('#', 1)[0] ?? '').trim().toLowerCase().split(/\s+/);
    return names.includes(name);
  });
}
