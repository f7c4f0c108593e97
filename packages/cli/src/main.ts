/** `switchboard`: the commands, how they read, and the exit code. */
import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addEndpointCommands } from './endpoint-command.ts';
import { EXIT, EXIT_CODES, reportFailure } from './failure.ts';
import { addTransferCommands } from './transfer.ts';

const HELP = `
Partner API commands take address and credential from their flags, or from
SWITCHBOARD_URL, SWITCHBOARD_CLIENT_ID and SWITCHBOARD_CLIENT_SECRET, or from
quickstart.json in DATA_DIR (default ./data). Operator commands speak to the
running server: on OPERATOR_LISTEN (a socket path, or host:port with
OPERATOR_TOKEN), or on the socket in DATA_DIR.

Examples:
  switchboard update-account --account-id 8 --server online --account-status 0
  switchboard partner create "Acme"
  switchboard credential create 3 --mode original --json

Exit codes:
${EXIT_CODES.map(([code, meaning]) => `  ${code}  ${meaning}`).join('\n')}
`;

function createProgram(): Command {
  const program = new Command('switchboard')
    .description(manifest.description)
    .usage('<command> [options]')
    .version(manifest.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .option('--json', 'print the answer as it was received, on one line')
    .option('--yes', 'do not ask before what cannot be taken back')
    .addHelpText('after', HELP)
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => command.name(),
    })
    .addHelpCommand(
      new Command('help')
        .argument('[command]')
        .description('Print the help of a command')
        .helpGroup('Also:'),
    )
    .exitOverride();
  addEndpointCommands(program);
  addTransferCommands(program);
  return program;
}

// As a shell reports every program whose reader, such as head, has seen enough.
const READER_GONE = 141;

async function main(): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? READER_GONE : reportFailure(error)),
  );
  try {
    await createProgram().parseAsync();
  } catch (error) {
    // Its message is on stderr already.
    if (error instanceof CommanderError) process.exitCode = error.exitCode && EXIT.usage;
    else process.exitCode = reportFailure(error);
  }
}

await main();
