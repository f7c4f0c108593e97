/** The OAuth endpoints for OpenAPI: `/oauth/token` (RFC 6749, 4.4), `/oauth/revoke` (RFC 7009). */
import { reasons } from '../reasons.ts';

const text = (description: string) => ({ type: 'string', description });

const form = (properties: Record<string, object>, required: string[], example: object) => ({
  required: true,
  content: {
    'application/x-www-form-urlencoded': {
      schema: { type: 'object', properties, required },
      example,
    },
  },
});

const CREDENTIALS = {
  client_id: text('The client id, unless HTTP Basic carries it.'),
  client_secret: text('The secret, unless HTTP Basic carries it.'),
};

const errorSchema = {
  type: 'object',
  properties: {
    error: text('A code of RFC 6749, 5.2; `slow_down` is of RFC 8628.'),
    error_description: text('What is wrong, in a sentence.'),
  },
  required: ['error', 'error_description'],
};

const header = (name: string) => ({ [name]: { $ref: `#/components/headers/${name}` } });

const refused = (error: string, error_description: string, headers: object = {}) => ({
  description: error_description,
  headers: { ...header('X-Request-Id'), ...headers },
  content: {
    'application/json': { schema: errorSchema, example: { error, error_description } },
  },
});

const refusals = (formProblem: string) => ({
  400: refused('invalid_request', formProblem),
  401: refused('invalid_client', reasons.client_invalid.sentence, header('WWW-Authenticate')),
  429: refused('slow_down', reasons.too_many_failures.sentence, header('Retry-After')),
  500: refused('server_error', reasons.internal_error.sentence),
  503: refused('temporarily_unavailable', reasons.unavailable.sentence, header('Retry-After')),
});

const security = [{ client: [] }, {}];

export const oauthPaths = {
  '/oauth/token': {
    post: {
      operationId: 'oauthToken',
      summary: 'Get an access token with the client credentials grant',
      description:
        'The same token as `accessToken` answers, with the same limits on failed tries. There are no scopes: leave `scope` out.',
      tags: ['oauth'],
      security,
      requestBody: form(
        { grant_type: { const: 'client_credentials' }, ...CREDENTIALS },
        ['grant_type'],
        { grant_type: 'client_credentials' },
      ),
      responses: {
        200: {
          description: 'The token.',
          headers: header('X-Request-Id'),
          content: {
            'application/json': {
              schema: {
                type: 'object',
                properties: {
                  access_token: text('256 random bits with the prefix `swb_at_`.'),
                  token_type: { const: 'Bearer' },
                  expires_in: { type: 'integer', description: 'Seconds.' },
                },
                required: ['access_token', 'token_type', 'expires_in'],
              },
              example: {
                access_token: 'swb_at_7fN0wqk2Jc5mVbXy1RZs8tLhUa3dGePo6iQ4xTz9KuE',
                token_type: 'Bearer',
                expires_in: 3600,
              },
            },
          },
        },
        ...refusals('grant_type is missing; it must be client_credentials.'),
      },
    },
  },
  '/oauth/revoke': {
    post: {
      operationId: 'oauthRevoke',
      summary: 'Revoke an access token',
      description: 'When the answer arrives, the token is dead on every node.',
      tags: ['oauth'],
      security,
      requestBody: form(
        {
          token: text('The access token.'),
          token_type_hint: text('Ignored.'),
          ...CREDENTIALS,
        },
        ['token'],
        { token: 'swb_at_7fN0wqk2Jc5mVbXy1RZs8tLhUa3dGePo6iQ4xTz9KuE' },
      ),
      responses: {
        200: {
          description: 'The token is no longer valid, or never was.',
          headers: header('X-Request-Id'),
        },
        ...refusals('token is missing.'),
      },
    },
  },
};
