/** The attacker of `silence.ts`, in a process of its own: holds connections, opens lost ones again. */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setInterval as every } from 'node:timers';

export type Attack = {
  port: number;
  /** An address of this machine. */
  from: string;
  silent: number;
  halfBodies: number;
  headersPerSecond: number;
};

// Lost connections are tried again no faster: the machine is shared with what is measured.
const OPENED_EACH_100_MS = 300;
const HALF_BODY =
  'POST /api/online/updateAccount HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{';
// Quadratic for `^(\S+) *(.*?) *$`, once the pattern of HTTP Basic.
const SLOW_HEADER = `Basic a${' '.repeat(15_000)}b`;

function attack({ port, from, ...wanted }: Attack): void {
  const open = { silent: 0, halfBodies: 0 };
  const seen = { opened: 0, closed: 0, headersAnswered: 0, headersRefused: 0 };

  const hold = (kind: keyof typeof open) => {
    open[kind] += 1;
    seen.opened += 1;
    const socket = connect({ host: '127.0.0.1', port, localAddress: from }, () => {
      if (kind === 'halfBodies') socket.write(HALF_BODY);
    });
    socket
      .on('error', () => {})
      .once('close', () => {
        open[kind] -= 1;
        seen.closed += 1;
      });
    socket.resume();
  };
  const refill = () => {
    for (let n = 0; n < OPENED_EACH_100_MS; n++)
      if (open.halfBodies < wanted.halfBodies && n % 3 === 0) hold('halfBodies');
      else if (open.silent < wanted.silent) hold('silent');
  };
  // Its connections come first, so that the headers are heard.
  const agent = new Agent({ keepAlive: true, maxSockets: wanted.headersPerSecond });
  const sendHeader = () => {
    const options = {
      port,
      agent,
      method: 'POST',
      path: '/oauth/token',
      localAddress: from,
      headers: {
        authorization: SLOW_HEADER,
        'content-type': 'application/x-www-form-urlencoded',
      },
    };
    request(options, (response) => {
      seen.headersAnswered += 1;
      response.resume();
    })
      .on('error', () => {
        seen.headersRefused += 1;
      })
      .end('grant_type=client_credentials');
  };

  every(sendHeader, 1_000 / wanted.headersPerSecond);
  every(refill, 100);
  process.on('message', () => process.send?.({ ...open, ...seen }));
  process.on('disconnect', () => process.exit());
  process.send?.('begun');
}

if (process.argv[1] === import.meta.filename) attack(JSON.parse(process.argv[2] ?? ''));
