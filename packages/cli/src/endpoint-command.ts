/** One command for each endpoint of the contract: nothing here knows any of them by name. */
import { type Endpoint, type EndpointName, endpoints, isEndless } from '@switchboard/contract';
import type { CallOptions } from '@switchboard/sdk';
import type { Command } from 'commander';
import { type CommonFlags, confirm } from './confirm.ts';
import { CommandFailure, printingRefusals } from './failure.ts';
import { kebab } from './flag-names.ts';
import { addParameterFlags, addPositionals, readFlags } from './flags.ts';
import { type Line, openLine } from './line.ts';
import { besideAsked, exitCodeOf } from './listed.ts';
import { printAnswer } from './print.ts';

type Flags = CommonFlags & {
  baseUrl?: string;
  clientId?: string;
  clientSecret?: string;
  idempotencyKey?: string;
  ifMatch?: string;
  requestId?: string;
};

/** Adds them all: `update-account` for a partner's call, `server create` for an operator's. */
export function addEndpointCommands(program: Command): void {
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    const words = (endpoint.command ?? kebab(name)).split(' ');
    const own = words.pop() ?? '';
    const group = words.reduce(groupIn, program);
    const command = group.command(own).summary(endpoint.summary);
    const { summary, description } = endpoint;
    command.description(description ? `${summary}.\n\n${description}` : `${summary}.`);
    const operator = endpoint.surface === 'operator';
    if (group === program) command.helpGroup(operator ? 'Operator:' : 'Partner API:');
    if (operator) addPositionals(command, endpoint);
    addParameterFlags(command, endpoint);
    addCallFlags(command, endpoint);
    command.action(() => run(name as EndpointName, endpoint, command));
    if (group !== program) group.summary(group.commands.map((each) => each.name()).join(', '));
  }
}

/** The command that holds others, such as `server`. */
function groupIn(parent: Command, word: string): Command {
  const known = parent.commands.find((command) => command.name() === word);
  return known ?? parent.command(word).helpGroup('Operator:').helpCommand(false);
}

function addCallFlags(command: Command, endpoint: Endpoint): void {
  command.optionsGroup('The call:');
  const add = (flag: string, text: string) => {
    const taken = command.options.some((option) => option.long === flag);
    if (!taken) command.option(`${flag} <value>`, text);
  };
  if (endpoint.idempotent) add('--idempotency-key', 'the first answer for this key is replayed');
  if (endpoint.revisioned && endpoint.effect === 'write')
    add('--if-match', 'refuse unless the account still has this revision (or one of 7,8; or *)');
  add('--request-id', "kept in the service's log and records");
  if (endpoint.surface === 'operator') return;
  add('--base-url', 'instead of SWITCHBOARD_URL');
  add('--client-id', 'instead of SWITCHBOARD_CLIENT_ID');
  add('--client-secret', 'instead of SWITCHBOARD_CLIENT_SECRET (other users may see it)');
}

async function run(name: EndpointName, endpoint: Endpoint, command: Command): Promise<void> {
  const flags = command.optsWithGlobals<Flags>();
  const request = readFlags(endpoint, command);
  const options = callOptions(flags);
  if (isFinal(name)) await confirm(question(endpoint, request), flags);
  const line = openLine(endpoint.surface, connectionFlags(endpoint, flags));
  await printingRefusals(flags.json, line.received, async () => {
    if (flags.json) await printReceived(name, request, options, line);
    else if (endpoint.surface === 'public') {
      const { access_token } = await line.call(name, request, options);
      process.stdout.write(`${access_token}\n`);
    } else {
      const answer = await wholeAnswer(name, request, options, line);
      process.exitCode = exitCodeOf(answer);
      printAnswer(besideAsked(endpoint, request, answer));
    }
  });
}

/** One line for each page, as it was received. */
async function printReceived(
  name: EndpointName,
  request: Record<string, unknown>,
  options: CallOptions,
  line: Line,
): Promise<void> {
  for await (const page of pages(name, request, options, line)) {
    process.exitCode ||= exitCodeOf(page);
    process.stdout.write(`${line.received().trimEnd()}\n`);
  }
}

/** All pages of a list as one. */
async function wholeAnswer(
  name: EndpointName,
  request: Record<string, unknown>,
  options: CallOptions,
  line: Line,
): Promise<Record<string, unknown>> {
  let whole: Record<string, unknown> = {};
  if (isEndless(endpoints[name])) return line.call(name, request, options);
  for await (const { next_cursor: _, ...page } of pages(name, request, options, line))
    whole = Array.isArray(whole.list)
      ? { ...page, list: [...whole.list, ...(page.list as unknown[])] }
      : page;
  return whole;
}

async function* pages(
  name: EndpointName,
  request: Record<string, unknown>,
  options: CallOptions,
  line: Line,
): AsyncGenerator<Record<string, unknown>> {
  let answer = await line.call(name, request, options);
  yield answer;
  while (answer.next_cursor !== undefined && !isEndless(endpoints[name])) {
    answer = await line.call(name, { ...request, cursor: answer.next_cursor }, options);
    yield answer;
  }
}

/** A partner's call with a parameter `client_id` is about that credential, not made with it. */
function connectionFlags({ surface, request }: Endpoint, flags: Flags): Flags {
  if (surface !== 'partner' || !('client_id' in request)) return flags;
  const { clientId: _, ...others } = flags;
  return others;
}

function callOptions({ idempotencyKey, ifMatch, requestId }: Flags): CallOptions {
  return {
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(ifMatch !== undefined && { ifMatch: revisions(ifMatch) }),
    ...(requestId !== undefined && { requestId }),
  };
}

function revisions(text: string): number[] | '*' {
  if (text.trim() === '*') return '*';
  const listed = text.split(',').map((each) => /^\s*"?(\d{1,15})"?\s*$/.exec(each)?.[1]);
  if (listed.includes(undefined))
    throw new CommandFailure(`--if-match must be a revision, such as 7, or *; not ${text}.`);
  return listed.map(Number);
}

/** What cannot be taken back by another command of the same person. */
const isFinal = (name: EndpointName): boolean => /^(delete|revoke|remove|erase)/.test(name);

function question({ summary }: Endpoint, request: Record<string, unknown>): string {
  const values = Object.entries(request).map(([name, value]) => `${name} ${value}`);
  return `${[summary, values.join(', ')].filter(Boolean).join(': ')}?`;
}
