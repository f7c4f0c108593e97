/** One rule for every e-mail address: which ones mail can be sent to, and the one form of each. */

// Atoms joined by dots, of 64 octets at most (RFC 5322, 3.2.3; RFC 5321, 4.5.3.1.1).
const LOCAL = /^(?=.{1,64}$)[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]+)$/;
/** Octets of an address in SMTP (RFC 5321, 4.5.3.1.3, less the angle brackets). */
const LONGEST = 254;

/**
 * An address in the form in which it is kept, compared and mailed: without white space around it,
 * its domain in lower case, a domain in other scripts as A-labels (`xn--…`, RFC 5890), so that
 * nobody exists twice. The part before the `@` stays as it is.
 *
 * @returns undefined for what is no address that SMTP takes without quoting or SMTPUTF8
 */
export function mailAddress(typed: string): string | undefined {
  const value = typed.trim();
  const at = value.lastIndexOf('@');
  if (at < 0 || value.length > LONGEST || !LOCAL.test(value.slice(0, at))) return undefined;
  const domain = mailDomain(value.slice(at + 1));
  const address = `${value.slice(0, at)}@${domain}`;
  return domain === undefined || address.length > LONGEST ? undefined : address;
}

/**
 * A piece of an address as it was typed, in the form in which addresses are kept: whole labels of a
 * domain in another script as A-labels, whatever their case; the rest as it is.
 */
export function partOfAddress(typed: string): string {
  const domainAt = typed.lastIndexOf('@') + 1;
  const labels = typed.slice(domainAt).split('.');
  const kept = labels.map((label) => asciiDomain(label) ?? label);
  return typed.slice(0, domainAt) + kept.join('.');
}

function mailDomain(typed: string): string | undefined {
  const domain = asciiDomain(typed);
  const labels = domain?.split('.') ?? [];
  const [top = ''] = labels.slice(-1);
  const fits = labels.length > 1 && labels.every((label) => LABEL.test(label));
  return fits && TOP_LABEL.test(top) ? domain : undefined;
}

/** As browsers read the host of a URL (UTS 46), but for what only a URL may hold. */
function asciiDomain(typed: string): string | undefined {
  if (/^[A-Za-z0-9.-]*$/.test(typed) && !/xn--/i.test(typed)) return typed.toLowerCase();
  if (/[\0-,/:-@[-`{-\x7f]/.test(typed) || !URL.canParse(`http://${typed}`)) return undefined;
  return new URL(`http://${typed}`).hostname;
}
