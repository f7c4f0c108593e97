/**
 * The same credentials for any OAuth client: token (RFC 6749, 4.4), revocation (RFC 7009) and
 * metadata (RFC 8414). Always standard, whatever the mode of the installation.
 */
import { Refusal } from '@switchboard/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { TOKEN_LIFETIME } from '../../partners/credentials/access-token.ts';
import { tryCredentials } from '../../partners/credentials/issue-access-token.ts';
import { type ProofContext, proveCredential } from '../../partners/credentials/prove-credential.ts';
import { revokeAccessToken } from '../../partners/credentials/revoke-access-token.ts';
import { type CallOptions, surround } from '../partner/call-context.ts';
import { type ClientCredentials, type Form, readClient, readForm } from './oauth-client.ts';
import { neverStored, OAuthError, sendOAuthError } from './oauth-error.ts';

const METADATA = '/.well-known/oauth-authorization-server';
const TOKEN = '/oauth/token';
const REVOKE = '/oauth/revoke';
const ALLOWED = new Map([
  [METADATA, 'GET, HEAD'],
  [TOKEN, 'POST'],
  [REVOKE, 'POST'],
]);

/** @param options with `issuer`: where the configuration says that the service is reached */
export function addOAuthRoutes(
  server: FastifyInstance,
  options: CallOptions & { issuer(): string },
): void {
  server.register(async (oauth) => {
    oauth.setErrorHandler((error, request, reply) => {
      sendOAuthError(error, request, reply);
    });
    oauth.route({
      method: ['GET', 'HEAD'],
      url: METADATA,
      handler: async () => metadata(options.issuer()),
    });
    oauth.post(TOKEN, async (request, reply) => {
      const form = readForm(request);
      checkGrant(form);
      const client = readClient(request.headers.authorization, form);
      const ctx = contextOf(request, client, options);
      const { accessToken } = await tryCredentials(ctx, client.clientId, client.clientSecret);
      neverStored(reply);
      return { access_token: accessToken, token_type: 'Bearer', expires_in: TOKEN_LIFETIME };
    });
    oauth.post(REVOKE, async (request, reply) => {
      const form = readForm(request);
      const client = readClient(request.headers.authorization, form);
      const token = form.get('token');
      if (token === undefined) throw new OAuthError('invalid_request', 'token is missing.');
      const ctx = contextOf(request, client, options);
      const { credentialId } = await proveCredential(ctx, client.clientId, client.clientSecret);
      await revokeAccessToken(ctx, credentialId, token);
      return neverStored(reply).send();
    });
    addRefusals(oauth);
  });
}

function metadata(issuer: string): object {
  const methods = ['client_secret_basic', 'client_secret_post'];
  return {
    issuer,
    token_endpoint: issuer + TOKEN,
    revocation_endpoint: issuer + REVOKE,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: methods,
    revocation_endpoint_auth_methods_supported: methods,
    service_documentation: `${issuer}/reference`,
  };
}

function checkGrant(form: Form): void {
  const grant = form.get('grant_type');
  if (grant === undefined)
    throw new OAuthError(
      'invalid_request',
      'grant_type is missing; it must be client_credentials.',
    );
  if (grant !== 'client_credentials')
    throw new OAuthError('unsupported_grant_type', 'grant_type must be client_credentials.');
  // RFC 6749, 3.3: a scope may be ignored only if the answer names the one granted, and ours has
  // no name.
  if (form.has('scope'))
    throw new OAuthError(
      'invalid_scope',
      'There are no scopes here; leave the parameter scope out.',
    );
}

function contextOf(
  request: FastifyRequest,
  { clientId }: ClientCredentials,
  options: CallOptions,
): ProofContext {
  const actor = { kind: 'credential', id: clientId } as const;
  return {
    ...surround(request, options.database, options.policy, actor, undefined, options),
    refusal: (reason, details) => new Refusal(reason, details),
  };
}

/** Wrong methods and unknown paths, in OAuth's shape too. */
function addRefusals(oauth: FastifyInstance): void {
  for (const [url, allow] of ALLOWED) {
    const refuse = async (request: FastifyRequest, reply: FastifyReply) => {
      reply.header('allow', allow);
      const message = `${request.method} is not taken here; use ${allow}.`;
      throw new OAuthError('invalid_request', message, 405);
    };
    const method = oauth.supportedMethods.filter((name) => !allow.split(', ').includes(name));
    oauth.route({ method, url, onRequest: refuse, handler: refuse });
  }
  const refuse = async () => {
    throw new OAuthError('invalid_request', 'There is nothing at this address.', 404);
  };
  oauth.route({
    method: oauth.supportedMethods,
    url: '/oauth/*',
    onRequest: refuse,
    handler: refuse,
  });
}
