/** Whom mail is from, as the configuration says it. */
import { mailAddress } from '@switchboard/contract';

export type Sender = { name: string; address: string };

// A host of one label is nobody's whom we would write to, but may be our own: no-reply@localhost.
const LOCAL_HOST = /@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** `Name <address>`, `"Name" <address>` or an address alone; undefined for anything else. */
export function readSender(value: string): Sender | undefined {
  const [, named = '', bracketed] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(value.trim()) ?? [];
  const name = named.trim().replace(/^"(.*)"$/, '$1');
  const typed = bracketed ?? value.trim();
  const isLocal = LOCAL_HOST.test(typed) && mailAddress(`${typed}.example`) !== undefined;
  const address = isLocal ? typed : mailAddress(typed);
  return address === undefined ? undefined : { name, address };
}
