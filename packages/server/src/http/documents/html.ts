/** HTML written by hand: escaping, and the frame that every page shares. */
import { existsSync, readFileSync } from 'node:fs';

/** The web package as `scripts/build-web.ts` built it; there is none until then. */
export const DIST = new URL('../../../../web/dist/', import.meta.url);

/** A static file of the web package; empty until the package is built. */
export function readStatic(name: string): string {
  const file = new URL(`static/${name}`, DIST);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an element or a double-quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** Text whose `backticks` become code. */
export const code = (text: string): string =>
  escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** Begins every page until the web package is built. */
const BARE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Switchboard</title>
  </head>
  <body>
    `;

/** The first page of the web package up to its main element: every page begins like it. */
const [FRAME = ''] = (readStatic('index.html') || BARE).split('<main>');

/**
 * A page in the frame of the first one.
 *
 * @param title text
 * @param main HTML
 */
export function page(title: string, main: string): string {
  const head = FRAME.replace(
    /<title>.*<\/title>/,
    `<title>${escapeHtml(title)} · Switchboard</title>`,
  )
    .replace(/ *<meta name="description".*\n/, '')
    .replace(' aria-current="page"', '');
  return `${head}<main>\n${main}\n    </main>\n  </body>\n</html>\n`;
}

/** In place of a page that is only there once the web package is built; sent with status 503. */
export const notBuiltPage = (): string =>
  page(
    'Not built',
    `      <h1>The pages are not built</h1>
      <p class="lead">Start the service with <code>npm start</code> or <code>npm run serve</code>; both build them.</p>`,
  );
