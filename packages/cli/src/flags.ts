/** The flags of a command, made from the parameters of its endpoint. */
import type { Endpoint, Parameter } from '@switchboard/contract';
import { Argument, type Command, Option } from 'commander';
import { flagOf, kebab } from './flag-names.ts';
import { readListed } from './listed.ts';

/** Every spelling of a parameter's flag: ours first, then the documented ones. */
const spellings = (name: string, { alias }: Parameter): string[] => [
  ...new Set([kebab(name), name, ...(alias ? [alias] : [])]),
];

/** Adds a flag for each parameter; the documented spellings work too, but are not listed. */
export function addParameterFlags(command: Command, endpoint: Endpoint): void {
  for (const [name, parameter] of Object.entries(endpoint.request)) {
    const needed = parameter.optional ? '' : ' (required)';
    spellings(name, parameter).forEach((spelling, i) => {
      const how = parameter.each ? '; as JSON, @file.json, or - for stdin' : '';
      const option = new Option(`--${spelling} <value>`, `${parameter.rule}${how}${needed}`);
      command.addOption(i === 0 ? option : option.hideHelp());
    });
  }
}

/** Lets the required parameters also be given without their flags, in the documented order. */
export function addPositionals(command: Command, endpoint: Endpoint): void {
  for (const name of positionalsOf(endpoint))
    command.addArgument(new Argument(`[${kebab(name)}]`, `the same as ${flagOf(name)}`));
}

const positionalsOf = (endpoint: Endpoint): string[] =>
  Object.entries(endpoint.request)
    .filter(([, parameter]) => !parameter.optional)
    .map(([name]) => name);

/** The request that a command was typed with; what is missing or wrong is left to the service. */
export function readFlags(endpoint: Endpoint, command: Command): Record<string, unknown> {
  const options: Record<string, string | undefined> = command.opts();
  const positionals = command.registeredArguments.length > 0 ? positionalsOf(endpoint) : [];
  const request: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(endpoint.request)) {
    const flags = spellings(name, parameter).map((spelling) => new Option(`--${spelling}`));
    const position = positionals.indexOf(name);
    const given = [
      ...flags.map((flag) => options[flag.attributeName()]),
      position < 0 ? undefined : command.args[position],
    ].filter((value) => value !== undefined);
    if (new Set(given).size > 1)
      command.error(`error: ${flagOf(name)} was given with different values`);
    const [text] = given;
    if (text !== undefined)
      request[name] = parameter.each ? readListed(flagOf(name), text) : asSent(parameter, text);
  }
  return request;
}

/** Text as it was typed; as JSON (a number, `true`) only where the parameter wants that. */
function asSent({ schema }: Parameter, text: string): unknown {
  if (schema.safeParse(text).success) return text;
  try {
    const value: unknown = JSON.parse(text);
    return schema.safeParse(value).success ? value : text;
  } catch {
    return text;
  }
}
