/** HTML written by hand: escaping, and the frame that every page shares. */
import { readFileSync } from 'node:fs';

/** A file of the web package. */
export const readWeb = (name: string): string =>
  readFileSync(new URL(`../../../web/src/${name}`, import.meta.url), 'utf8');

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for an element or a double-quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);

/** Text whose `backticks` become code. */
export const code = (text: string): string =>
  escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

/** The first page of the web package up to its main element: every page begins like it. */
const [FRAME = ''] = readWeb('index.html').split('<main>');

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
