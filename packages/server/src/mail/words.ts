/** What a letter says, once for both of its parts: plain text, and HTML that nobody can write into. */
import type { Language } from '@switchboard/contract';

export type Words = { text: string; html: string };

/**
 * Words with names in them: say`Hello ${name},`. A name is what somebody typed: it becomes one
 * line without characters that turn the direction of what follows, escaped, in a <bdi> of its own.
 */
export function say(parts: TemplateStringsArray, ...names: string[]): Words {
  const shown = names.map(oneLine);
  return {
    text: String.raw({ raw: parts }, ...shown),
    html: String.raw(
      { raw: parts.map(escapeHtml) },
      ...shown.map((name) => `<bdi>${escapeHtml(name)}</bdi>`),
    ),
  };
}

/** A name as one line of text; long ones are cut. */
export function oneLine(name: string): string {
  const line = name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
  return [...line].slice(0, 200).join('');
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
