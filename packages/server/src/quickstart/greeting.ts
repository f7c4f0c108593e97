/** What `npm start` prints: where it runs, and the first steps, ready to paste. */
import type { Config } from '../config.ts';
import { baseUrlOf, findsServers } from '../installation/public-address.ts';
import type { Service } from '../service.ts';
import { type Quickstart, quickstartFile } from './quickstart.ts';

type Terminal = { isTTY?: boolean; write(text: string): unknown };

/** Secrets are printed to a terminal only; elsewhere the path of their file is. */
export function greet(service: Service, config: Config, out: Terminal): void {
  const { quickstart, baseUrl } = service;
  const lines = [`Switchboard is ready: ${baseUrl}  (reference: ${baseUrl}/reference)`];
  if (quickstart) {
    const { server, agent_email, agent_password, console_email, console_password } = quickstart;
    lines.push(`The console of its partner: ${baseUrl}`);
    if (out.isTTY) lines.push(`  e-mail ${console_email}, password ${console_password}`);
    lines.push(
      findsServers(config)
        ? `The online of account ${quickstart.account_id}: ${baseUrlOf(config, service.port, server)}`
        : `The online of account ${quickstart.account_id} needs a name that leads to ${config.host}: set BASE_DOMAIN (localhost is another address).`,
    );
    if (out.isTTY) lines.push(`  e-mail ${agent_email}, password ${agent_password}`);
    lines.push(`Quick start secrets: ${quickstartFile(config.dataDir)}`);
    if (out.isTTY) lines.push('', ...firstSteps(quickstart));
  }
  out.write(`${lines.join('\n')}\n`);
}

/** The same steps as in the README, with this installation's own values. */
export function firstSteps(q: Quickstart): string[] {
  const post = (path: string, body: object, auth = true) =>
    [
      `curl -sS ${q.base_url}${path}`,
      ...(auth ? [`  -H "Authorization: Bearer $TOKEN"`] : []),
      `  -d '${JSON.stringify(body)}'`,
    ].join(' \\\n');
  const id = { account_id: q.account_id, server: q.server };
  return [
    '1. Get an access token (it lives for an hour):',
    `TOKEN=$(${post('/api/settings/accessToken', { client_id: q.client_id, client_secret: q.client_secret }, false)} \\`,
    `  | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')`,
    '',
    '2. Look at the account:',
    `curl -sS "${q.base_url}/api/online/getAccount?account_id=${q.account_id}&server=${q.server}" \\`,
    '  -H "Authorization: Bearer $TOKEN"',
    '',
    '3. Rename it and set its Workflow Builder link:',
    post('/api/online/updateAccount', {
      ...id,
      account_name: 'New name',
      builder_url: 'https://builder.example.com/login',
    }),
    '',
    '4. Switch it off: no one can log in.',
    post('/api/online/updateAccount', { ...id, account_status: 0 }),
  ];
}
