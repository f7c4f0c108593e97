/**
 * Proves that client generators and importers can read the OpenAPI document: each makes its client
 * in a temporary folder, and the compiler takes it with a few calls as people would write them.
 * Needs the npm registry, so it is no part of `npm test`; installs nothing into this repository.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { endpoints, openapiDocument } from '@switchboard/contract';

const VERSIONS = {
  'openapi-typescript': '7.13.0',
  'openapi-fetch': '0.17.0',
  '@hey-api/openapi-ts': '0.99.0',
  orval: '8.38.0',
  'openapi-to-postmanv2': '6.3.3',
  typescript: '5.9.3',
};

const ORIGIN = 'https://partners.example.com';
const SPEC = 'openapi.json';

/** What must and must not compile, whatever the client. */
const BODIES = `
export const byEither: Body[] = [
  { account_id: 8, server: 'online', account_status: 0 },
  { accountID: '8', server: 'online', account_status: '1', account_name: 'My Account' },
];
// @ts-expect-error Neither spelling.
export const byNone: Body = { server: 'online' };
// @ts-expect-error No such status.
export const wrong: Body = { account_id: 8, server: 'online', account_status: 2 };
`;

type Generator = { name: string; command: string[]; usage: string };

const generators: Generator[] = [
  {
    name: 'openapi-typescript',
    command: ['openapi-typescript', SPEC, '-o', 'openapi-typescript.ts'],
    usage: `
import createClient from 'openapi-fetch';
import type { paths } from './openapi-typescript.js';
type Body = paths['/api/online/updateAccount']['post']['requestBody']['content']['application/json'];
const client = createClient<paths>({ baseUrl: '${ORIGIN}' });
export const off = async (): Promise<number | undefined> => {
  const { data } = await client.POST('/api/online/updateAccount', { body: byEither[0]! });
  return data?.suspended?.sessions_ended;
};${BODIES}`,
  },
  {
    name: '@hey-api/openapi-ts',
    command: ['openapi-ts', '-i', SPEC, '-o', 'hey-api', '-c', '@hey-api/client-fetch'],
    usage: `
import { getAccounts, updateAccount, type UpdateAccountData } from './hey-api/index.js';
type Body = UpdateAccountData['body'];
export const off = () => updateAccount({ body: byEither[0]! });
export const suspended = () => getAccounts({ query: { account_status: 'suspended', limit: 10 } });${BODIES}`,
  },
  {
    name: 'orval',
    command: ['orval', '--input', SPEC, '--output', 'orval.ts', '--client', 'fetch'],
    usage: `
import { getAccounts, updateAccount, type UpdateAccountBody } from './orval.js';
type Body = UpdateAccountBody;
export const off = () => updateAccount(byEither[0]!);
export const suspended = () => getAccounts({ account_status: 'suspended', limit: 10 });${BODIES}`,
  },
];

const folder = mkdtempSync(join(tmpdir(), 'switchboard-clients-'));
// The generators need a newer Node than npm may find.
const env = { ...process.env, PATH: dirname(process.execPath) + delimiter + process.env.PATH };
const run = (command: string, args: readonly string[]) =>
  execFileSync(command, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
const bin = (name: string) => join(folder, 'node_modules', '.bin', name);

try {
  install();
  const document = openapiDocument(endpoints, { version: '0.0.0', serverUrl: ORIGIN });
  writeFileSync(join(folder, SPEC), JSON.stringify(document));
  for (const generator of generators) {
    makeClient(generator);
    say(`${generator.name}: made a client that compiles`);
  }
  say(`openapi-to-postmanv2: ${importIntoPostman()} requests, all to ${ORIGIN}`);
} catch (error) {
  const { message, stdout = '', stderr = '' } = error as Error & Record<string, string>;
  process.stderr.write(`${message}\n${stdout}${stderr}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(): void {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages]);
}

/** @throws the generator's or the compiler's output */
function makeClient({ name, command, usage }: Generator): void {
  const [program = '', ...args] = command;
  run(bin(program), args);
  const file = `use-${name.replace(/\W/g, '-')}.ts`;
  writeFileSync(join(folder, file), usage);
  run(bin('tsc'), [
    ...['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022'],
    ...['--lib', 'es2022,dom,dom.iterable', '--module', 'esnext', '--moduleResolution', 'bundler'],
    file,
  ]);
}

type Item = {
  name: string;
  item?: Item[];
  request?: { url: { host: string[] }; body?: { raw?: string } };
};

/** How many requests the collection has. */
function importIntoPostman(): number {
  run(bin('openapi2postmanv2'), ['-s', SPEC, '-o', 'postman.json']);
  const collection = JSON.parse(readFileSync(join(folder, 'postman.json'), 'utf8')) as {
    item: Item[];
    variable: { key: string; value: string }[];
  };
  const base = collection.variable.find(({ key }) => key === 'baseUrl')?.value;
  if (base !== ORIGIN) throw new Error(`Postman would send its requests to ${base}.`);
  const requests = collection.item.flatMap(requestsIn);
  const shown = Object.values(openapiDocument(endpoints, { version: '', serverUrl: '' }).paths);
  if (requests.length !== shown.length)
    throw new Error(`${requests.length} requests of ${shown.length} calls.`);
  const elsewhere = requests.find(({ request }) => request?.url.host.join() !== '{{baseUrl}}');
  if (elsewhere) throw new Error(`${elsewhere.name} is sent elsewhere.`);
  return requests.length;
}

function requestsIn(item: Item): Item[] {
  if (item.item) return item.item.flatMap(requestsIn);
  return item.request ? [item] : [];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
