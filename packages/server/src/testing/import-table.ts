/** For tests: who may import whom (`docs/architecture.md`), as one table. */
import { type Import, verbsOf } from './imports.ts';

/** Where a file stands: the first that fits. */
const places = {
  'contract tests': /^packages\/contract\/src\/.*\.test\.ts$/,
  contract: /^packages\/contract\//,
  'sdk tests': /^packages\/sdk\/src\/.*\.test\.ts$/,
  sdk: /^packages\/sdk\//,
  'cli tests': /^packages\/cli\/src\/(.*\.test|testing)\.ts$/,
  cli: /^packages\/cli\//,
  'web tests': /^packages\/web\/src\/.*\.test\.tsx?$/,
  'web ui': /^packages\/web\/src\/ui\//,
  'web ground': /^packages\/web\/src\/locales\//,
  'web api': /^packages\/web\/src\/api\//,
  'web signing-in': /^packages\/web\/src\/signing-in\//,
  web: /^packages\/web\//,
  'server tests': /^packages\/server\/src\/(.*\.test\.ts|(testing|races)\/.*)$/,
  main: /^packages\/server\/src\/(main|quickstart\/greeting)\.ts$/,
  service: /^packages\/server\/src\/service\.ts$/,
  app: /^packages\/server\/src\/(app|online)\.ts$/,
  http: /^packages\/server\/src\/http\//,
  operations: /^packages\/server\/src\/(page-)?operations\.ts$/,
  'work of the process':
    /^packages\/server\/src\/(quickstart\/quickstart|installation\/(log|rotation)|sweep)\.ts$/,
  config: /^packages\/server\/src\/config\.ts$/,
  operation: /^packages\/server\/src\/operation\.ts$/,
  'opening a database': /^packages\/server\/src\/database\/(postgres|open|embedded)\.ts$/,
  database: /^packages\/server\/src\/(database\/|secret-key\.ts$)/,
  ground:
    /^packages\/server\/src\/((failure|loop|secret|sealing|private-file)\.ts$|installation\/|guard\/)/,
  feature: /^packages\/server\/src\/[a-z-]+\//,
  e2e: /^e2e\//,
  bench: /^bench\//,
  scripts: /^scripts\//,
} satisfies Record<string, RegExp>;
type Place = keyof typeof places;

const testing = ['@switchboard/contract', '@switchboard/sdk', '@switchboard/server/testing'];
/** What stands below HTTP. */
const below: Place[] = ['feature', 'database', 'operation', 'ground'];
const server: Place[] = [
  ...['main', 'service', 'app', 'http', 'operations', 'work of the process'],
  ...['config', 'opening a database', ...below, 'server tests'],
] as Place[];

const webShared = ['web api', 'web ui', 'web ground', '@switchboard/contract', '@switchboard/sdk'];

/** From → to, beside itself, Node's own and packages that are not ours. */
const table: Record<Place, readonly string[]> = {
  contract: [],
  'contract tests': ['contract', ...testing],
  sdk: ['@switchboard/contract'],
  'sdk tests': ['sdk', ...testing],
  cli: ['@switchboard/contract', '@switchboard/sdk'],
  'cli tests': ['cli', ...testing],
  'web ground': ['@switchboard/contract'],
  'web ui': ['web ground'],
  'web api': ['web ground', '@switchboard/contract', '@switchboard/sdk'],
  'web signing-in': webShared,
  web: ['web signing-in', ...webShared],
  'web tests': ['web', 'web signing-in', 'web api', 'web ui', 'web ground', ...testing],
  main: [
    'service',
    'app',
    'work of the process',
    'config',
    'database',
    'opening a database',
    'ground',
  ],
  service: ['app', 'http', 'work of the process', 'config', 'opening a database', ...below],
  app: ['http', 'operations', 'work of the process', 'config', ...below],
  http: ['operations', ...below, '@switchboard/contract'],
  operations: ['feature', 'operation', '@switchboard/contract'],
  'work of the process': [...below, '@switchboard/contract'],
  config: ['ground', '@switchboard/contract'],
  operation: ['database', '@switchboard/contract'],
  feature: ['database', 'operation', 'ground', '@switchboard/contract'],
  'opening a database': ['database', 'config', 'ground'],
  database: ['ground', '@switchboard/contract'],
  ground: ['@switchboard/contract'],
  'server tests': [...server, '@switchboard/contract', '@switchboard/sdk'],
  e2e: testing,
  bench: [...server, ...testing, 'e2e'],
  scripts: [...server, ...testing, 'e2e'],
};

/** What the table does not allow and is right all the same. */
export const exceptions: Record<string, string> = {
  'packages/server/src/secret-key.ts ▶ packages/server/src/events/event.ts':
    'a rotation is recorded in the transaction in which the key changes',
  'packages/server/src/config.ts ▶ packages/server/src/mail/address.ts':
    'what MAIL_FROM may be is the rule of every address that mail is sent to',
  'packages/server/src/http/oauth/oauth.ts ▶ packages/server/src/partners/credentials/issue-access-token.ts':
    'OAuth issues the same tokens and answers them in its own words',
};

/** Packages that only some places know; the name or what begins with it and a slash. */
const guarded: [RegExp, (place: Place) => boolean, string][] = [
  [
    /^pg$/,
    (place) => /database|tests|bench|scripts/.test(place),
    'only database/ speaks to the driver',
  ],
  [
    /^(@?fastify)(\/|$)/,
    (place) => !['feature', 'operation', 'operations', 'database', 'ground'].includes(place),
    'a feature knows nothing of HTTP',
  ],
  [/^@tanstack\//, (place) => place !== 'web ui', 'ui/ knows neither router nor queries'],
];

/** The folder of a feature: its verbs are named by itself and by `operations` alone. */
const featureOf = (file: string): string | undefined =>
  placeOf(file) === 'feature' ? file.split('/')[3] : undefined;

const placeOf = (file: string): Place | undefined =>
  (Object.keys(places) as Place[]).find((place) => places[place].test(file));

/** Why this import must not be; undefined where it may. */
export function problemOf({ file, imported, names }: Import): string | undefined {
  const from = placeOf(file);
  if (!from) return `${file} stands nowhere in the table`;
  if (imported.startsWith('node:')) return undefined;
  const guard = guarded.find(([name, may]) => name.test(imported) && !may(from));
  if (guard) return `${file} ▶ ${imported}: ${guard[2]}`;
  const ours =
    imported.startsWith('@switchboard/') || imported.includes('/src/') || isBeside(imported);
  if (!ours || exceptions[`${file} ▶ ${imported}`]) return undefined;
  const to = imported.startsWith('@switchboard/') ? imported : placeOf(imported);
  if (to !== from && !table[from].includes(to as string))
    return `${file} ▶ ${imported}: ${from} ▶ ${to}`;
  const foreign = to === 'feature' && featureOf(file) !== featureOf(imported);
  if (!foreign || !['feature', 'http'].includes(from)) return undefined;
  const verbs = verbsOf(imported);
  const verb = verbs.has('*')
    ? imported
    : names.find((name) => verbs.has(name) || (name === '*' && verbs.size > 0));
  return verb && `${file} ▶ ${imported}: ${verb} is another feature's verb`;
}

const isBeside = (imported: string): boolean => /^(packages|e2e|bench|scripts)\//.test(imported);
