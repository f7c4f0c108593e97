/** The console's live stream: that something of the partner changed. */
import { type ConsoleEvents, Refusal } from '@switchboard/contract';
import type { PartnerLive, PartnerStream } from '../../events/partner-live.ts';
import { Failure } from '../../failure.ts';
import { sha256 } from '../../secret.ts';
import type { PageRequest } from './page-call.ts';
import { eventStreamHead, ServerSent } from './server-sent.ts';

/**
 * Opens the stream. It ends with the connection, with the session or the membership, and when this
 * node cannot hear of changes.
 *
 * @throws Failure no_session, not_found, partner_suspended, unavailable
 */
export async function sendConsoleLive(
  { request, reply, token }: PageRequest,
  { partner }: { partner: number },
  { partnerLive }: { partnerLive: PartnerLive },
): Promise<undefined> {
  if (token === undefined) throw new Failure('no_session');
  const stream = new ConsoleStream(sha256(token));
  const seat = await partnerLive.open(partner, stream);
  try {
    const { role, endsInMs } = await seat.confirm();
    if (stream.sent.isOver) throw new Failure('unavailable', { retryAfterSeconds: 1 });
    reply.hijack();
    reply.raw.writeHead(200, eventStreamHead(request.id));
    stream.sent.begin(reply.raw, endsInMs);
    stream.send('state', { role });
  } catch (error) {
    seat.leave();
    throw error instanceof Refusal ? failureOf(error) : error;
  }
  const gone = () => {
    seat.leave();
    stream.end();
  };
  if (reply.raw.destroyed) gone();
  else reply.raw.once('close', gone);
  return undefined;
}

class ConsoleStream implements PartnerStream {
  readonly tokenHash: Buffer;
  readonly sent = new ServerSent();

  constructor(tokenHash: Buffer) {
    this.tokenHash = tokenHash;
  }

  send<N extends keyof ConsoleEvents>(name: N, data: ConsoleEvents[N]): void {
    this.sent.send(name, data);
  }

  end(): void {
    this.sent.end();
  }
}

function failureOf({ reason }: Refusal): Failure {
  if (reason === 'partner_not_found') return new Failure('not_found');
  return new Failure(reason === 'partner_suspended' ? 'partner_suspended' : 'no_session');
}
