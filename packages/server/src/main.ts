/** The process: start | serve | migrate; signals; nothing else. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { ConfigError, misspeltSettings, readConfig } from './config.ts';
import { openDatabase } from './database/open.ts';
import { markRunning } from './database/running.ts';
import { createLog, standardOutput } from './installation/log.ts';

const COMMANDS = ['start', 'serve', 'migrate'] as const;

async function main(): Promise<void> {
  const command = COMMANDS.find((word) => word === process.argv[2]);
  if (!command) return fail(`Usage: main.ts ${COMMANDS.join('|')}`);
  const config = readConfig(process.env);
  // People at a terminal want to see what matters; collectors want every request.
  const level = process.env.LOG_LEVEL || !process.stdout.isTTY ? config.logLevel : 'warn';
  const log = createLog(level, standardOutput());
  for (const sentence of misspeltSettings(process.env)) log.warn(sentence);

  if (command === 'migrate') {
    const opened = await openDatabase(config, log);
    await opened.close();
    process.stdout.write('The database is at this version.\n');
    return;
  }
  const root = join(import.meta.dirname, '../../..');
  const unmark = markRunning(root);
  // Half of a start is spent on reading modules; where it cannot write, it reads them as ever.
  enableCompileCache(join(root, '.tmp', 'compile-cache'));
  // Loaded only now: a signal that comes while half a second of modules is read is heard.
  const loading = import('./service.ts');
  const stopping = new AbortController();
  const starting = loading
    .then(({ startService }) => startService({ config, command, log, stopping: stopping.signal }))
    .catch((error: unknown) => {
      if (error !== stopping.signal.reason) throw error;
      return undefined;
    });

  const stop = async (signal: string) => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
    log.info({ signal }, 'stopping');
    const started = await starting;
    await started?.stop();
    unmark();
    process.exit(0);
  };
  // Also while it starts: the embedded PostgreSQL must not stay behind.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop(signal).catch(failOf));

  const service = await starting;
  const { greet } = await import('./quickstart/greeting.ts');
  // Lines that wait to be written were said before it.
  await new Promise((written) => log.flush(written));
  if (service && !stopping.signal.aborted) greet(service, config, process.stdout);
}

function failOf(error: unknown): never {
  if (error instanceof ConfigError) fail(`These settings are wrong:\n${error.message}`);
  fail(error instanceof Error ? error.message : String(error));
}

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

main().catch(failOf);
