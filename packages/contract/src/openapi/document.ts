/**
 * The OpenAPI 3.1 document of the Partner API, derived from the endpoints: what the reference
 * shows and what `/openapi.json` answers. The operator's endpoints are not in it.
 */
import type { Endpoint } from '../endpoint.ts';
import { oauthPaths } from './oauth.ts';
import { operationOf } from './operation.ts';
import { failureSchema, headers } from './responses.ts';
import { webhooks } from './webhooks.ts';

type OpenApiOptions = {
  version: string;
  /** Where the API is, absolute: a tool that imports the document knows no host that it came from. */
  serverUrl: string;
};

/**
 * Builds the document, ready for `JSON.stringify`.
 *
 * @param endpoints the whole table; the surfaces `public` and `partner` are described
 */
export function openapiDocument(
  endpoints: Readonly<Record<string, Endpoint>>,
  { version, serverUrl }: OpenApiOptions,
) {
  const shown = Object.entries(endpoints).filter(([, { surface }]) => surface !== 'operator');
  const operations = shown.map(([name, endpoint]) => [
    endpoint.path,
    { [endpoint.method.toLowerCase()]: operationOf(name, endpoint) },
  ]);
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Switchboard Partner API',
      version,
      summary: 'Create and manage the accounts of your customers. Switched off means off.',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: serverUrl.replace(/\/$/, ''), description: 'This installation.' }],
    tags: TAGS,
    paths: { ...Object.fromEntries(operations), ...oauthPaths },
    webhooks: webhooks(version),
    components: {
      schemas: { Failure: failureSchema },
      headers,
      securitySchemes: securitySchemes(serverUrl),
    },
  };
}

const INTRODUCTION = `Every answer is flat JSON with \`status\` (\`OK\` or \`FAIL\`) and the integer \`reason\` (1 means success). A failure also says in \`message\` what is wrong and what would be right; each [reason](/reference/reasons) has a page with its cause and its fix.

**Begin** with \`accessToken\`: trade your client id and secret for a token and send it as \`Authorization: Bearer …\` with every other call.

**Bodies** are one JSON object of at most 64 KiB (\`updateAccounts\`: 2 MiB), whatever \`Content-Type\` says. Unknown parameters are refused, so a misspelt one never passes in silence. \`account_id\` and \`accountID\` are the same parameter everywhere.

**Repeating a call** is safe with an \`Idempotency-Key\`; **writing over a change that you have not seen** is refused with \`If-Match\`.

**Mode \`original\`**: a credential made for clients that cannot be changed gets failures with HTTP 200 (429 and 5xx stay what they are), and unknown parameters are listed in \`ignored\`.`;

const TAGS = [
  { name: 'settings', description: 'The access token, credentials, and the webhook.' },
  { name: 'online', description: 'Accounts: create, read, change, switch off and on, delete.' },
  {
    name: 'oauth',
    description:
      'The same credentials for any OAuth 2.0 client library; `/.well-known/oauth-authorization-server` leads it here. Answers follow the OAuth RFCs, not the shape of the other calls.',
  },
  {
    name: 'webhooks',
    description:
      'What the address that you set is sent: one POST for each event, in order for each account, at least once. Signed as [Standard Webhooks](https://www.standardwebhooks.com).',
  },
];

const securitySchemes = (serverUrl: string) => ({
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The `access_token` that `settings/accessToken` answered.',
  },
  oauth: {
    type: 'oauth2',
    description: 'The same token, fetched by an OAuth 2.0 client library.',
    flows: {
      clientCredentials: { tokenUrl: `${serverUrl.replace(/\/$/, '')}/oauth/token`, scopes: {} },
    },
  },
  client: {
    type: 'http',
    scheme: 'basic',
    description: 'The client id as the user name, the secret as the password.',
  },
});
