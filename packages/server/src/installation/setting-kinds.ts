/** How settings are read that are more than a word or a number. */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { namedRanges } from './proxies.ts';

/** As URLs spell it: lower case, international names in punycode. Empty for what is no host name. */
function hostName(text: string): string {
  const name = /[/:@?#[\]%]/.test(text) ? '' : domainToASCII(text);
  return name.length <= 253 && name.split('.').every(isLabel) ? name : '';
}

const isLabel = (label: string): boolean =>
  /^[a-z0-9-]{1,63}$/.test(label) && !label.startsWith('-') && !label.endsWith('-');

/** URLs take any name that ends in a number for an address. */
const endsInNumber = (name: string): boolean =>
  /^(\d+|0x[0-9a-f]*)$/i.test(name.split('.').at(-1) ?? '');

export const hosts = z.string().transform((value, context) => {
  const hosts = listed(value).map(hostName);
  if (hosts.includes('')) context.addIssue('not host names');
  return hosts;
});

/** A name that servers can have names below: no address, and no longer than they leave room for. */
export const domain = z.string().transform((value, context) => {
  const name = hostName(value);
  if (name === '' || name.length > 253 - 64 || endsInNumber(name)) context.addIssue('not a domain');
  return name;
});

/** An address of this machine, or a name that leads to one. */
export const host = z
  .string()
  .refine((value) => isIP(value) !== 0 || (hostName(value) !== '' && !endsInNumber(value)));

export const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((value) => value <= 65535);

export const listener = z
  .string()
  .regex(/^(\/.*|\[?[0-9A-Za-z.:-]+\]?:\d{1,5})$/)
  .refine((value) => value.startsWith('/') || Number(/\d+$/.exec(value)?.[0]) <= 65535);

export const proxies = z.string().transform((value, context): false | string[] => {
  if (['off', 'false', '0'].includes(value)) return false;
  const ranges = listed(value);
  if (ranges.length === 0 || !ranges.every(isRange)) context.addIssue('not addresses');
  return ranges;
});

export const origins = z.string().transform((value, context) => {
  const origins = listed(value).map(originOf);
  if (origins.includes('')) context.addIssue('not origins');
  return [...new Set(origins)];
});

export const smtpUrl = z.string().refine((value) => {
  if (/[\s\p{Cc}]/u.test(value) || !/^smtps?:\/\//i.test(value)) return false;
  return URL.canParse(value) && new URL(value).hostname !== '';
});

/** Separated by commas: two of which only a space is between are one that is wrong. */
const listed = (value: string): string[] =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);

/** An origin as browsers send it; empty when the value is anything more or less than one. */
function originOf(value: string): string {
  if (!/^https?:\/\/[^/\\?#@]+$/i.test(value) || !URL.canParse(value)) return '';
  const { origin } = new URL(value);
  // It becomes part of a header: hosts of URLs may hold `*`, `;` and quotes.
  return /^https?:\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d+)?$/.test(origin) ? origin : '';
}

/** An address, a range of addresses, or a name for some. */
function isRange(value: string): boolean {
  if (Object.hasOwn(namedRanges, value)) return true;
  const [address = '', bits, ...rest] = value.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(bits ?? '0') && Number(bits ?? 0) <= longest;
}
