/** In which language and colours a browser's page begins, before any of its scripts runs. */
import { type Language, languages } from '@switchboard/contract';
import type { FastifyRequest } from 'fastify';
import { parseCookies } from '../../people/sessions/session-cookie.ts';

export type Theme = 'light' | 'dark' | undefined;

/** As the browser chose on our pages, else the best of its `Accept-Language`, else English. */
export function languageOf({ headers }: FastifyRequest): Language {
  const chosen = parseCookies(headers.cookie).get('switchboard.language');
  const wanted = [chosen ?? '', ...acceptedOf(headers['accept-language'])];
  return (
    wanted
      .map((tag) =>
        languages.find((language) => tag === language || tag.startsWith(`${language}-`)),
      )
      .find((language) => language !== undefined) ?? 'en'
  );
}

/** As the browser chose on our pages; undefined follows its system. */
export function themeOf({ headers }: FastifyRequest): Theme {
  const chosen = parseCookies(headers.cookie).get('switchboard.theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : undefined;
}

export const directionOf = (language: Language): 'ltr' | 'rtl' =>
  language === 'he' ? 'rtl' : 'ltr';

/** Language tags, the most wanted first (RFC 9110, 12.5.4). `iw` is Hebrew's older name. */
function acceptedOf(header: string | undefined): string[] {
  return (header ?? '')
    .slice(0, 500)
    .split(',')
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find(Boolean);
      return { tag: tag.trim().replace(/^iw\b/, 'he'), weight: q === undefined ? 1 : Number(q) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}
