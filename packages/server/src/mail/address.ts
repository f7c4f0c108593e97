/** E-mail addresses as SMTP takes them without quoting: what a page accepts as `type="email"`. */

export type Sender = { name: string; address: string };

const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

export const isAddress = (value: string): boolean => value.length <= 254 && ADDRESS.test(value);

/** `Name <address>`, `"Name" <address>` or an address alone; undefined for anything else. */
export function readSender(value: string): Sender | undefined {
  const [, named = '', bracketed] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(value.trim()) ?? [];
  const name = named.trim().replace(/^"(.*)"$/, '$1');
  const address = bracketed ?? value.trim();
  return isAddress(address) ? { name, address } : undefined;
}
