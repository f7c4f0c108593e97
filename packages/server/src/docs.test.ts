/** What the documentation says and could rot: commands, settings, verbs, links, the version. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { before, describe, test } from 'node:test';
import {
  type Endpoint,
  endpointNames,
  endpoints,
  eventTypes,
  pageCalls,
} from '@switchboard/contract';
import { readConfig } from './config.ts';
import { firstSteps } from './quickstart/greeting.ts';
import type { Quickstart } from './quickstart/quickstart.ts';
import { startService, type TestPartner, type TestService } from './testing/service.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

const PAGES = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: ROOT });

/** `updateAccount` and `account_id` as `update account` and `account id`. */
const wordsOf = (name: string): string =>
  name
    .replace(/(?<=[a-z])([A-Z])/g, ' $1')
    .replaceAll('_', ' ')
    .toLowerCase();

describe('the first steps', () => {
  let service: TestService;
  let partner: TestPartner;
  let quickstart: Quickstart;

  before(async () => {
    service = await startService();
    partner = await service.newPartner();
    for (let made = 0; made < 8; ) made = await service.newAccount(partner);
    quickstart = {
      base_url: service.baseUrl,
      client_id: partner.clientId,
      client_secret: partner.clientSecret,
      account_id: 8,
      server: 'online',
      agent_email: '',
      agent_password: '',
      console_email: '',
      console_password: '',
    };
  });

  test('of the README work when pasted into bash, one after the other', async () => {
    const blocks = pastedBlocks(read('README.md'));
    assert.deepEqual([...blocks.keys()], ['token', 'look', 'rename', 'off']);
    await assertSteps([...blocks.values()]);
  });

  test('that npm start prints are the same steps and work when pasted', async () => {
    const lines = firstSteps(quickstart);
    const isTitle = (line: string) => /^\d\. /.test(line);
    for (const title of lines.filter(isTitle)) assert.ok(read('README.md').includes(title), title);
    const commands = lines.filter((line) => !isTitle(line)).join('\n');
    await assertSteps(commands.split('\n\n'));
  });

  /** Pastes token, look, rename and off; leaves the account switched on. */
  async function assertSteps(commands: string[]): Promise<void> {
    const separator = '--next--';
    const output = await paste(commands.join(`\necho ${separator}\n`), quickstart);
    const [token, look, rename, off] = output.split(separator).map((part) => part.trim());
    assert.equal(token, '');
    const seen = JSON.parse(look ?? '');
    assert.deepEqual([seen.status, seen.account_id, seen.account_status], ['OK', 8, 1]);
    const renamed = JSON.parse(rename ?? '');
    assert.equal(renamed.builder_url, 'https://builder.example.com/login');
    const cut = JSON.parse(off ?? '');
    assert.deepEqual([cut.account_name, cut.account_status], [renamed.account_name, 0]);
    assert.ok(cut.suspended.at);
    await partner.updateAccount({ account_id: 8, server: 'online', account_status: 1 });
  }
});

describe('the documentation', () => {
  test('has every setting in the README, and no setting that is not read', () => {
    const asked = new Set<string>();
    readConfig(
      new Proxy({}, { get: (_, name) => void asked.add(String(name)) }) as Record<string, string>,
    );
    const documented = settingsTable().map(({ name }) => name);
    assert.deepEqual(documented.toSorted(), [...asked].sort());
  });

  test('names the defaults that are in force', () => {
    for (const { name, fallback } of settingsTable())
      if (fallback) assert.deepEqual(readConfig({ [name]: fallback }), readConfig({}), name);
  });

  test('has every verb of the contract, and none that nothing uses', () => {
    const listed = [...read('docs/verbs.md').matchAll(/^\| `([a-z]+)` \|/gm)].map(
      ([, verb]) => verb,
    );
    const used = new Set(
      [...endpointNames, ...Object.keys(pageCalls)]
        .filter((name) => name !== 'accessToken') // the original's own name
        .map((name) => /^[a-z]+/.exec(name)?.[0]),
    );
    assert.deepEqual(listed.toSorted(), [...used].sort());
  });

  test('has every noun once, and those that events are about', () => {
    const listed = [...read('docs/verbs.md').matchAll(/^\| \*([a-z ]+)\* \|/gm)].map(
      ([, noun]) => noun,
    );
    assert.equal(new Set(listed).size, listed.length);
    for (const type of eventTypes) {
      const [noun = ''] = type.split('.');
      assert.ok(listed.includes(wordsOf(noun)), noun);
    }
  });

  test('names only commands and flags that are there', () => {
    const pages = PAGES.map(read).join('\n');
    for (const [, line = ''] of pages.matchAll(/(?:npx |`)switchboard ([a-z][^`\n]*)/g)) {
      if (/^(export|import)( |$)/.test(line)) continue;
      const words = line.replaceAll('-', ' ').toLowerCase();
      const found = Object.entries<Endpoint>(endpoints).find(([name, { command }]) =>
        `${words} `.startsWith(`${command ?? wordsOf(name)} `),
      );
      assert.ok(found, line);
      const parameters = Object.keys(found[1].request).map(wordsOf);
      for (const [, flag = ''] of line.matchAll(/ --([a-z-]+)/g))
        assert.ok(parameters.includes(flag.replaceAll('-', ' ')), line);
    }
  });

  test('links only to files that are there', () => {
    const broken = PAGES.flatMap((page) =>
      linksOf(read(page))
        .filter((link) => !existsSync(join(ROOT, dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    assert.deepEqual(broken, []);
  });

  test('is where comments say that it is, down to the heading', () => {
    const files = globSync(
      ['packages/*/{src,migrations}/**/*.{ts,tsx,css,sql}', '{e2e,bench,scripts}/**/*.{ts,cjs}'],
      { cwd: ROOT, exclude: ['**/node_modules/**', '**/docs.test.ts'] },
    );
    const wrong = files.flatMap((file) =>
      citedIn(read(file))
        .filter(({ page, heading }) => !isThere(dirname(file), page, heading))
        .map(({ page, heading }) => `${file}: ${page}, ${heading}`),
    );
    assert.deepEqual(wrong, []);
  });

  test('is looked for in comments that name a page, and a heading where one follows', () => {
    const comment =
      '/**\n * What it is (`docs/entering.md`,\n * One gate); see `lost.md` too.\n */';
    assert.deepEqual(citedIn(comment), [
      { page: 'docs/entering.md', heading: 'One gate' },
      { page: 'lost.md', heading: '' },
    ]);
    assert.ok(
      isThere('packages', 'docs/entering.md', 'One gate') && isThere('docs', 'verbs.md', ''),
    );
    assert.ok(
      !isThere('packages', 'docs/entering.md', 'No gate') && !isThere('docs', 'lost.md', ''),
    );
  });

  test('has the version of package.json in the changelog', () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    assert.ok(read('CHANGELOG.md').includes(`\n## ${version} `), version);
  });
});

type Cited = { page: string; heading: string };

/** The pages that a source file names, as `(docs/page.md, Heading)` or without a heading. */
function citedIn(source: string): Cited[] {
  const text = source.replace(/\n *(?:\*|\/\/|--) ?/g, ' ');
  const pages = text.matchAll(/([\w./-]*\w\.md)\b(?:`?, ([^);.]{1,80})\))?/g);
  return [...pages].map(([, page = '', heading = '']) => ({ page, heading }));
}

/** From the root or beside the file. */
function isThere(folder: string, page: string, heading: string): boolean {
  const found = [page, join(folder, page)].find((path) => existsSync(join(ROOT, path)));
  if (found === undefined) return false;
  const headings = [...read(found).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => title);
  const starts = (title: string) => title.toLowerCase().startsWith(heading.toLowerCase());
  return heading === '' || headings.some(starts);
}

/** The bash blocks under `<!-- pasted: name -->`, by name, in their order. */
function pastedBlocks(markdown: string): Map<string, string> {
  const blocks = markdown.matchAll(/<!-- pasted: (\w+) -->\s*```bash\n(.*?)```/gs);
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}

/** The rows of the README's table of settings; `fallback` where it stands as code. */
function settingsTable(): { name: string; fallback: string | undefined }[] {
  const rows = read('README.md').matchAll(/^\| `([A-Z_]+)` \| (?:`([^`]+)`|[^|]*) \|/gm);
  return [...rows].map(([, name = '', fallback]) => ({ name, fallback }));
}

const linksOf = (markdown: string): string[] =>
  [...markdown.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));

/** What bash prints for a script, in a folder with this quick start as `npm start` leaves it. */
async function paste(script: string, quickstart: Quickstart): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-docs-'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/quickstart.json'), JSON.stringify(quickstart));
  try {
    const bash = spawn('bash', ['-e', '-o', 'pipefail'], { cwd: folder, timeout: 30_000 });
    bash.stdin.end(script);
    let [output, errors] = ['', ''];
    bash.stdout.on('data', (part) => (output += part));
    bash.stderr.on('data', (part) => (errors += part));
    const code = await new Promise((done) => bash.once('close', done));
    assert.equal(code, 0, errors);
    return output;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
