/** A live stream: server-sent events of one account (`docs/entering.md`, Live pages). */
import type { Entered } from '../../agents/gate.ts';
import type { LiveStreams } from '../../events/live.ts';
import { Failure } from '../../failure.ts';
import { sha256 } from '../../secret.ts';
import { EventStream } from './event-stream.ts';
import type { PageRequest } from './page-call.ts';
import { eventStreamHead } from './server-sent.ts';

/**
 * Opens the stream, or throws what the gate says. It ends with the connection, with a cut, when
 * the session ends or may no longer enter, and when this node cannot hear of changes.
 *
 * @param come through the gate
 * @throws Failure of the gate, or unavailable
 */
export async function sendLive(
  { request, reply, token }: PageRequest,
  place: { server: string; accountId: number },
  come: () => Promise<Entered>,
  { streams }: { streams: LiveStreams },
): Promise<undefined> {
  if (token === undefined) throw new Failure('no_session');
  const stream = new EventStream(sha256(token));
  const seat = await streams.open(place.server, place.accountId, stream);
  try {
    stream.begin(await come(), () => {
      reply.hijack();
      reply.raw.writeHead(200, eventStreamHead(request.id));
      return reply.raw;
    });
  } catch (error) {
    seat.leave();
    throw error;
  }
  const gone = () => {
    seat.leave();
    stream.end();
  };
  // Gone while the gate was asked: its event is over already.
  if (reply.raw.destroyed) gone();
  else reply.raw.once('close', gone);
  seat.pass();
  return undefined;
}
