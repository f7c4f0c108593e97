/** The line to a running Switchboard: a client of the endpoint's surface, and what came back. */
import type { Endpoint, EndpointName } from '@switchboard/contract';
import {
  type CallOptions,
  createOperatorClient,
  createPartnerClient,
  createPublicClient,
} from '@switchboard/sdk';
import {
  type OperatorConnection,
  operatorConnection,
  type PartnerConnection,
  partnerConnection,
} from './connection.ts';
import { CommandFailure, EXIT, notConnected } from './failure.ts';
import { nodeFetch } from './node-fetch.ts';
import { recordingFetch } from './recording-fetch.ts';

type Answer = Record<string, unknown>;
type Method = (request: Answer, options: CallOptions) => Promise<Answer>;

export type Line = {
  /** @throws Refusal, NoAnswer, or a CommandFailure that says where nobody listens */
  call(name: EndpointName, request: Answer, options: CallOptions): Promise<Answer>;
  /** The body of the last answer, as it came over the wire. */
  received(): string;
};

/** @throws CommandFailure when a setting is missing or wrong */
export function openLine(surface: Endpoint['surface'], flags: Partial<PartnerConnection>): Line {
  return surface === 'operator'
    ? operatorLine(operatorConnection())
    : partnerLine(surface, partnerConnection(flags));
}

function operatorLine(connection: OperatorConnection): Line {
  const { baseUrl, socketPath, token } = connection;
  const recording = recordingFetch(nodeFetch(socketPath));
  const client = createOperatorClient({ baseUrl, fetch: recording.fetch }, token);
  return lineOf(client, recording.received, (code) => nobodyListens(connection, code));
}

function partnerLine(surface: Endpoint['surface'], connection: PartnerConnection): Line {
  const { baseUrl, clientId, clientSecret } = connection;
  const recording = recordingFetch(fetch);
  const options = { ...connection, fetch: recording.fetch };
  const nobody = () =>
    `No Switchboard answers on ${baseUrl}: start it with npm start, or set SWITCHBOARD_URL.`;
  if (surface === 'partner')
    return lineOf(createPartnerClient(options), recording.received, nobody);
  const line = lineOf(createPublicClient(options), recording.received, nobody);
  const credential = { client_id: clientId, client_secret: clientSecret };
  return {
    ...line,
    call: (name, request, more) => line.call(name, { ...credential, ...request }, more),
  };
}

function lineOf(client: object, received: () => string, nobody: (code: string) => string): Line {
  const call: Line['call'] = async (name, request, options) => {
    const method = (client as Record<string, Method>)[name] as Method;
    try {
      return await method(request, options);
    } catch (error) {
      const code = notConnected(error);
      throw code ? new CommandFailure(nobody(code), EXIT.noAnswer) : error;
    }
  };
  return { call, received };
}

/** What to say when the operator's listener cannot be reached. */
export function nobodyListens({ shown, socketPath }: OperatorConnection, code: string): string {
  if (code === 'EACCES' && socketPath)
    return `You may not open ${shown}: run this as the user who runs Switchboard.`;
  return `No Switchboard answers on ${shown}: start it with npm start, or set OPERATOR_LISTEN/DATA_DIR.`;
}
