/**
 * Contestant: the floor. Bare node:http and pg, the service's own statement once per request;
 * no validation, no limit, no log, no metrics.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { updateAccountStatements } from '../packages/server/src/accounts/updating/update-account-statement.ts';
import { openPostgres } from '../packages/server/src/database/postgres.ts';
import { sha256 } from '../packages/server/src/secret.ts';
import { answerOnFreePort } from './contestants.ts';

// What pg takes when it is not told; more only wait for each other on two cores.
const CONNECTIONS = 10;

const { connection, token } = JSON.parse(process.argv[2] ?? '');
const { pool } = openPostgres({ connection, connections: CONNECTIONS });
const {
  lean: { name, text },
  bind,
} = updateAccountStatements.credential;
const tokenHash = sha256(token);

const server = createServer(async (request, response) => {
  try {
    const sent = JSON.parse(await bodyOf(request));
    const call = {
      caller: { kind: 'credential' as const, tokenHash },
      server: sent.server,
      accountId: sent.account_id,
      accountName: sent.account_name,
      accountStatus: undefined,
      statusReason: undefined,
      builderUrl: undefined,
      ifMatch: undefined,
      address: '127.0.0.1',
      requestId: 'floor',
    };
    const { rows } = await pool.query({ name, text, values: bind([call], true) });
    const [row] = rows;
    const answer = {
      status: 'OK',
      reason: 1,
      account_id: row.account_id,
      server: row.server,
      account_name: row.new_name,
      account_status: row.new_status,
      builder_url: row.new_url,
      revision: row.revision,
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});
answerOnFreePort(server);

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => resolve(body));
    request.on('error', reject);
  });
}
