/** What a letter says, once for both of its parts: plain text, and HTML that nobody can write into. */
import { isIP } from 'node:net';
import type { Language } from '@switchboard/contract';

export type Words = { text: string; html: string };

/** Code points of a name; long ones are cut. */
const LONGEST = 40;

/**
 * Words with names in them: say`Hello ${name},`. A name is what somebody typed: it becomes one
 * short line that no mail program makes a link of, without characters that turn the direction of
 * what follows, escaped, in a <bdi> of its own. What is Words already stays as it is.
 */
export function say(parts: TemplateStringsArray, ...names: (string | Words)[]): Words {
  const shown = names.map((name) => (typeof name === 'string' ? nameInMail(name) : name));
  return {
    text: String.raw({ raw: parts }, ...shown.map(({ text }) => text)),
    html: String.raw({ raw: parts.map(escapeHtml) }, ...shown.map(({ html }) => html)),
  };
}

/** The receiver's own address stays whole. */
export const addressInMail = (address: string): Words => ({
  text: address,
  html: `<bdi dir="ltr">${escapeHtml(address)}</bdi>`,
});

/** An IP address as it is; undefined for anything that is none, or has a zone, which is free text. */
export function ipInMail(ipAddress: string): Words | undefined {
  if (!isIP(ipAddress) || ipAddress.includes('%')) return undefined;
  return { text: ipAddress, html: `<bdi dir="ltr">${escapeHtml(ipAddress)}</bdi>` };
}

function nameInMail(name: string): Words {
  const line = name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  const letters = [...line];
  const short = letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : line;
  const text = short.split(' ').map(withoutLink).join(' ');
  return { text, html: `<bdi>${escapeHtml(text)}</bdi>` };
}

// What mail programs make a link of, or may: a scheme, an address, a host, a share (`\\host`).
// Dots of other scripts count in the names of hosts. Each looks at a bounded stretch of the word.
const LINKS = [
  /\p{L}:\S/u,
  /\S@\S/,
  /\S[.。．｡․][\p{L}\p{M}\p{N}_-]{2}/u,
  /\d\.\d{1,3}\.\d/,
  /[/\\]{2}/,
];

/** `evil . example / login`: its joints stand apart, so that no part of it leads anywhere. */
function withoutLink(word: string): string {
  // Signs without a width would hide a link from us that a mail program finds.
  const bare = word.replace(/\p{Cf}/gu, '');
  if (!LINKS.some((link) => link.test(bare))) return word;
  return bare
    .replace(/[.。．｡․:/\\@]/g, ' $& ')
    .replace(/ +/g, ' ')
    .trim();
}

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const ONE = { minute: 'דקה אחת', day: 'יום אחד' };

/** `5 minutes`, `יומיים`. */
export function duration(language: Language, unit: 'minute' | 'day', count: number): string {
  if (language === 'he' && count === 1) return ONE[unit];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
    count,
  );
}

/** `10,000`. */
export const number = (language: Language, count: number): string =>
  new Intl.NumberFormat(language).format(count);

/** `26 November 2026 at 09:30`, in UTC. */
export const moment = (language: Language, at: Date): string =>
  new Intl.DateTimeFormat(language === 'he' ? 'he' : 'en-GB', {
    ...{ dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' },
  }).format(at);
