/** The pages of a login link, in both languages: use it, ask first, and over. */
import type { Language } from '@switchboard/contract';
import { type Document, newDocument } from '../documents/document.ts';
import { escapeHtml, readStatic } from '../documents/html.ts';
import { directionOf, type Theme } from '../documents/language.ts';
import { frameAncestors, frameHeaders } from '../documents/web-app-files.ts';

export const LOGIN_SCRIPT_PATH = '/login-link.js';
export const LOGIN_STYLE_PATH = '/login-link.css';

export const loginStyle = newDocument('text/css; charset=utf-8', readStatic('login-link.css'));

/** Posts the page's form as soon as somebody can see it: fetching a link must not use it up. */
export const loginScript = newDocument(
  'text/javascript; charset=utf-8',
  `const form = document.querySelector('form');
const go = () => {
  if (document.visibilityState === 'visible') {
    document.removeEventListener('visibilitychange', go);
    form.requestSubmit();
  }
};
document.addEventListener('visibilitychange', go);
go();
`,
);

const WORDS = {
  en: {
    open: (account: string) => `Sign in to ${account}`,
    lead: (agent: string) => `This link signs you in as ${agent}, once.`,
    asks: (agent: string, other: string) =>
      `This browser is signed in as ${other}. Going on signs out ${other} here and signs in as ${agent}.`,
    go: 'Sign in',
    goAs: (agent: string) => `Sign in as ${agent}`,
    stay: 'Stay signed in',
    over: 'This link no longer works',
    overLead:
      'A login link works once, within 5 minutes, while its account is active. Ask for a new one where you got it.',
    signIn: 'Sign in with a password',
  },
  he: {
    open: (account: string) => `כניסה אל ${account}`,
    lead: (agent: string) => `הקישור הזה נותן כניסה אחת בתור ${agent}.`,
    asks: (agent: string, other: string) =>
      `בדפדפן הזה כבר נכנסו בתור ${other}. המשך ינתק כאן את ${other} ויכניס בתור ${agent}.`,
    go: 'כניסה',
    goAs: (agent: string) => `כניסה בתור ${agent}`,
    stay: 'נשארים כפי שהיה',
    over: 'הקישור הזה כבר לא בתוקף',
    overLead:
      'קישור כניסה פועל פעם אחת, בתוך 5 דקות, כל עוד החשבון פעיל. אפשר לבקש קישור חדש במקום שבו קיבלתם אותו.',
    signIn: 'כניסה עם סיסמה',
  },
};

type Look = { language: Language; theme: Theme; embedOrigins: readonly string[] };

/** The page that uses the link: at once when it may, on a button when it has to ask. */
export function loginPage(
  look: Look,
  link: { accountName: string; agentName: string; signedInAs?: string },
): Document {
  const words = WORDS[look.language];
  const agent = bdi(link.agentName);
  const lead = link.signedInAs ? words.asks(agent, bdi(link.signedInAs)) : words.lead(agent);
  const stay = link.signedInAs
    ? `\n        <a href="/accounts">${words.stay}</a>`
    : `<script src="${LOGIN_SCRIPT_PATH}" defer></script>`;
  return document(
    look,
    words.open(escapeHtml(link.accountName)),
    `      <h1>${words.open(bdi(link.accountName))}</h1>
      <p class="lead">${lead}</p>
      <form method="post">
        <button type="submit">${link.signedInAs ? words.goAs(agent) : words.go}</button>${stay}
      </form>`,
  );
}

/** Used, expired, voided, or never made: the same page. */
export function overPage(look: Look): Document {
  const words = WORDS[look.language];
  return document(
    look,
    words.over,
    `      <h1>${words.over}</h1>
      <p class="lead">${words.overLead}</p>
      <p><a href="/sign-in">${words.signIn}</a></p>`,
  );
}

const bdi = (name: string): string => `<bdi>${escapeHtml(name)}</bdi>`;

const MARK =
  '<svg class="mark" viewBox="0 0 32 16" aria-hidden="true"><path d="M5 8h22"/><circle cx="5" cy="8" r="4"/><circle cx="27" cy="8" r="4"/></svg>';

function document({ language, theme, embedOrigins }: Look, title: string, main: string): Document {
  const html = `<!doctype html>
<html lang="${language}" dir="${directionOf(language)}"${theme ? ` data-mantine-color-scheme="${theme}"` : ''}>
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · Switchboard</title>
    <link rel="icon" href="/mark.svg" type="image/svg+xml">
    <link rel="stylesheet" href="${LOGIN_STYLE_PATH}">
  </head>
  <body>
    <main>
      ${MARK}
${main}
    </main>
  </body>
</html>
`;
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    frameAncestors(embedOrigins),
  ].join('; ');
  return newDocument('text/html; charset=utf-8', html, {
    policy,
    // With `no-referrer` a form would post the origin "null" (`docs/security.md`, Hosts, cookies, links).
    headers: {
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
      etag: undefined,
      ...frameHeaders(embedOrigins),
    },
  });
}
