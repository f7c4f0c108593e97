/** `export` and `import`: everything in the database, as lines of JSON, to and from a file. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { transferEndpoints } from '@switchboard/contract';
import { NoAnswer, readAnswer } from '@switchboard/sdk';
import type { Command } from 'commander';
import { pairs } from './cell.ts';
import { type CommonFlags, confirm } from './confirm.ts';
import { operatorConnection } from './connection.ts';
import { CommandFailure, EXIT, notConnected, printingRefusals } from './failure.ts';
import { nobodyListens } from './line.ts';
import { nodeFetch } from './node-fetch.ts';
import { Passing } from './passing.ts';
import { recordingFetch } from './recording-fetch.ts';
import { isStdout, writeWhole } from './whole-file.ts';

const NDJSON = 'application/x-ndjson';

/** Adds both commands. */
export function addTransferCommands(program: Command): void {
  const exporting = program.command('export').helpGroup('Operator:');
  exporting
    .argument('<file>', 'where to write; - for stdout')
    .description('Write everything that the database holds to a file, as one snapshot')
    .action((file: string) => runExport(file, exporting.optsWithGlobals()));
  const importing = program.command('import').helpGroup('Operator:');
  importing
    .argument('<file>', 'what export wrote; - for stdin')
    .description('Read an export into this installation')
    .option('--replace', 'replace everything that the database holds')
    .option('--resume-webhooks', 'send to webhook addresses at once, instead of pausing each')
    .action((file: string) => runImport(file, importing.optsWithGlobals()));
}

async function runExport(file: string, { json }: CommonFlags): Promise<void> {
  const recording = recordingFetch(operatorFetch(), NDJSON);
  await printingRefusals(json, recording.received, async () => {
    const response = await recording.fetch(transferEndpoints.exportAll.path, { method: 'POST' });
    if (!response.headers.get('content-type')?.startsWith(NDJSON)) {
      await readAnswer(response);
      throw new NoAnswer('The answer is not an export.');
    }
    const body = Readable.fromWeb(response.body as never);
    try {
      await keep(body, file, json);
    } finally {
      body.destroy();
    }
  });
}

async function keep(body: Readable, file: string, json: boolean | undefined): Promise<void> {
  const passing = new Passing();
  const lines = passing.watch(body);
  if (file === '-' || isStdout(file)) {
    await pipeline(lines, process.stdout, { end: false });
    checkEnd(passing, false);
    return;
  }
  await writeWhole(file, lines, (isReplaced) => checkEnd(passing, isReplaced));
  // The last line has a hash too, of the lines before it: only one of the file is of use here.
  const { end: _, ...counts } = JSON.parse(passing.lastLine);
  summarize(JSON.stringify({ ...counts, sha256: passing.sha256 }), json);
}

const CUT_OFF = 'The export broke off before its end, so nothing was kept; try again.';
const NOT_WHOLE = 'The export broke off before its end: what was written is not whole; try again.';

function checkEnd({ lastLine }: Passing, isReplaced: boolean): void {
  try {
    if (JSON.parse(lastLine).end === true) return;
  } catch {
    // A line that broke off is no end either.
  }
  throw new NoAnswer(isReplaced ? CUT_OFF : NOT_WHOLE);
}

type ImportFlags = CommonFlags & { replace?: boolean; resumeWebhooks?: boolean };

async function runImport(file: string, flags: ImportFlags): Promise<void> {
  const { json, replace = false, resumeWebhooks = false } = flags;
  // Opened first: a file that is not there needs no question.
  const lines = file === '-' ? process.stdin : (await open(file)).createReadStream();
  if (replace) await confirm('Replace everything that the database holds?', flags);
  const recording = recordingFetch(operatorFetch(), NDJSON);
  await printingRefusals(json, recording.received, async () => {
    const response = await recording.fetch(
      `${transferEndpoints.importAll.path}?replace=${replace}&resume_webhooks=${resumeWebhooks}`,
      {
        method: 'POST',
        headers: { 'content-type': NDJSON },
        body: Readable.toWeb(lines),
      },
    );
    await readAnswer(response);
    summarize(recording.received(), json);
  });
}

/** The counts that either command ends with. */
function summarize(text: string, json: boolean | undefined): void {
  const { status: _, reason: __, ...counts } = JSON.parse(text);
  process.stdout.write(json ? `${text.trimEnd()}\n` : pairs(counts));
}

/** Calls that the contract does not hold: a path of the operator's listener, with its token. */
function operatorFetch(): typeof fetch {
  const connection = operatorConnection();
  const { baseUrl, socketPath, token } = connection;
  const fetching = nodeFetch(socketPath);
  return async (path, init) => {
    const headers = new Headers(init?.headers);
    if (token) headers.set('authorization', `Bearer ${token}`);
    try {
      return await fetching(new URL(String(path), baseUrl), { ...init, headers });
    } catch (error) {
      const code = notConnected(error);
      if (code) throw new CommandFailure(nobodyListens(connection, code), EXIT.noAnswer);
      throw new NoAnswer(`The connection broke off: ${(error as Error).message}.`);
    }
  };
}
