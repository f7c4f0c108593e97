/**
 * Every refusal there is: its name, number, HTTP status and words. Numbers are part of the wire,
 * are shared by related names, and are never reused.
 */
import {
  BODY_LIMIT,
  BODY_TOO_LARGE,
  MANY_BODY_LIMIT,
  MOST_CHANGES,
  MOST_CREDENTIALS,
  MOST_ID,
  MOST_MEMBERS,
} from './limits.ts';

export type Reason = {
  /** What `reason` holds in the answer. */
  number: number;
  /** HTTP status in mode `strict`. */
  http: number;
  /** One sentence for people: what is wrong and what would be right. The default `message`. */
  sentence: string;
  /** For the reference: why this happens. */
  cause: string;
  /** For the reference: what to do about it. */
  fix: string;
};

const parameterReason = (number: number, name: string, rule: string): Reason => ({
  number,
  http: 422,
  sentence: `${name} is missing or not valid; see the reference for what it may hold.`,
  cause: `\`${name}\` is missing, or holds a value that the call does not accept.`,
  fix: `Send \`${name}\` as ${rule}.`,
});

export const reasons = {
  client_invalid: {
    number: 2,
    http: 401,
    sentence: 'client_id and client_secret do not belong together; check both.',
    cause: 'The client id is unknown, its secret is wrong or has expired, or it was revoked.',
    fix: 'Use the pair that was shown when the credential was made or last rotated.',
  },
  token_missing: {
    number: 2,
    http: 401,
    sentence: 'This call needs the header "Authorization: Bearer <access_token>".',
    cause: 'There is no `Authorization` header, or it does not have the scheme `Bearer`.',
    fix: 'Get a token from `settings/accessToken` and send it with every call.',
  },
  body_invalid: {
    number: 2,
    http: 400,
    sentence: 'The body must be one JSON object in UTF-8.',
    cause: 'The body is empty, is not JSON, is not UTF-8, or is JSON but not an object.',
    fix: 'Send one JSON object, for example `{"account_id": 8, "server": "online"}`.',
  },
  body_too_large: {
    number: 2,
    http: 413,
    sentence: BODY_TOO_LARGE,
    cause: `The body has more than ${BODY_LIMIT} bytes; that of \`updateAccounts\`, more than ${MANY_BODY_LIMIT}.`,
    fix: 'Send only the parameters that the call documents.',
  },
  access_token_invalid: {
    number: 3,
    http: 401,
    sentence: 'The access token is unknown, expired or revoked; get a new one.',
    cause:
      'Tokens live for one hour, and die with their credential or when a partner is suspended.',
    fix: 'Call `settings/accessToken` again and repeat the call with the new token.',
  },
  too_many_failures: {
    number: 3,
    http: 429,
    sentence: 'Too many failed tries; wait as long as Retry-After says (seconds).',
    cause:
      'Ten wrong secrets for one client id from one address, or a hundred from one address, within 10 minutes.',
    fix: 'Wait for `Retry-After` seconds, then use the right pair; the operator can end it sooner (`switchboard limits clear`).',
  },
  method_not_allowed: {
    number: 13,
    http: 405,
    sentence: 'Wrong HTTP method; the header Allow names the right one.',
    cause: 'The call exists, but under another HTTP method.',
    fix: 'Use the method that `Allow` and the message name.',
  },
  reference_invalid: parameterReason(
    20,
    'reference',
    'at most 50 ASCII letters and digits, or `""` for none',
  ),
  account_suspended: {
    number: 32,
    http: 409,
    sentence: 'The account is switched off, so no login link can be made.',
    cause: 'The account has `account_status` 0.',
    fix: 'Switch it on with `updateAccount` first.',
  },
  account_id_invalid: parameterReason(33, 'account_id', `an integer from 1 to ${MOST_ID}`),
  account_not_found: {
    number: 33,
    http: 404,
    sentence: 'You have no such account on that server; check account_id and server.',
    cause: 'No account of yours has this number on this server, or it was deleted.',
    fix: 'Find the pair (server, account_id) with `getAccounts`.',
  },
  server_invalid: parameterReason(34, 'server', 'the subdomain that hosts the account'),
  server_not_found: {
    number: 34,
    http: 404,
    sentence: 'There is no such server; check its name.',
    cause: 'No server of this installation has this name.',
    fix: 'Find the servers of your accounts with `getAccounts`, or ask the operator.',
  },
  server_full: {
    number: 34,
    http: 422,
    sentence: 'This server has used up its account numbers; choose another server.',
    cause: `The server has made account ${MOST_ID}, and numbers are never reused.`,
    fix: 'Ask the operator for another server.',
  },
  agent_id_invalid: parameterReason(35, 'agentID', `an integer from 1 to ${MOST_ID}`),
  agent_not_found: {
    number: 35,
    http: 404,
    sentence: 'The account has no such agent; check agentID.',
    cause: 'No agent of this account has this number, or its membership still waits.',
    fix: 'Find the agents with `getAgents`.',
  },
  account_name_invalid: parameterReason(36, 'account_name', 'text of 1 to 100 characters'),
  account_status_invalid: parameterReason(
    37,
    'account_status',
    '`0` (off) or `1` (on); `status_reason` goes only with it',
  ),
  builder_url_invalid: parameterReason(
    38,
    'builder_url',
    'an absolute `https://` URL of at most 150 characters, or `""` to clear it',
  ),
  parameter_unknown: {
    number: 39,
    http: 422,
    sentence: 'The call has no such parameter; check its spelling.',
    cause: 'The request holds a parameter that the call does not document.',
    fix: 'Leave it out, or spell it as the message proposes.',
  },
  internal_error: {
    number: 40,
    http: 500,
    sentence: 'Something failed on our side; nothing was changed, and it is safe to try again.',
    cause: 'A fault of the service itself. It is logged under the request id.',
    fix: 'Try again; if it lasts, give the operator the `request_id`.',
  },
  unavailable: {
    number: 40,
    http: 503,
    sentence:
      'The service cannot reach its database for the moment; wait as long as Retry-After says (seconds) and try again.',
    cause: 'The database is restarting, unreachable, or busy beyond the time that a call waits.',
    fix: 'Repeat the same call after `Retry-After` seconds. Where a connection was lost in the middle, the change may have been made: send an `Idempotency-Key` with what must not happen twice.',
  },
  revision_mismatch: {
    number: 41,
    http: 412,
    sentence:
      'The account has changed since the revision in If-Match; the header ETag has the current one.',
    cause:
      'Somebody changed one of the three settings after you read them. Or, as the message then says, a proxy that compresses made the `ETag` weak (`W/"6"`) or gave it a suffix (`"6-gzip"`): `If-Match` compares strongly (RFC 9110, 13.1.1).',
    fix: 'Read the account again, decide again, and send the new `ETag` as `If-Match`. Behind such a proxy send `revision` of the answer in quotes.',
  },
  idempotency_key_conflict: {
    number: 42,
    http: 409,
    sentence: 'This Idempotency-Key was used for another request; use a new one.',
    cause: 'A key names one request: same call, same body. Here one of the two differs.',
    fix: 'Use a new key for a new request.',
  },
  idempotency_key_running: {
    number: 42,
    http: 409,
    sentence:
      'The first request with this Idempotency-Key still runs; wait as long as Retry-After says (seconds) and send it again.',
    cause: 'The same key came again before the first request with it was answered.',
    fix: 'Send the same request with the same key after `Retry-After` seconds: its answer is kept for you. No change is made twice.',
  },
  idempotency_key_invalid: {
    number: 42,
    http: 400,
    sentence: 'Idempotency-Key must have 1 to 255 printable ASCII characters.',
    cause:
      'The header is empty, too long, or holds other characters. Or, as the message then says, the call takes none.',
    fix: 'Send a random UUID as the key, or none where the call takes none.',
  },
  delivery_running: {
    number: 42,
    http: 409,
    sentence: 'This delivery is being sent at this moment; wait for what becomes of it.',
    cause: 'Another `resendDelivery` of the same delivery has not ended yet.',
    fix: 'See with `getDelivery` what became of it, and repeat the call if it is still needed.',
  },
  rate_limited: {
    number: 43,
    http: 429,
    sentence: 'Too many requests; wait as long as Retry-After says (seconds).',
    cause: 'The partner used up its requests per second on this node.',
    fix: 'Wait for `Retry-After` seconds; `RateLimit` tells how many are left.',
  },
  call_unknown: {
    number: 44,
    http: 404,
    sentence: 'There is no such call; the reference lists them all.',
    cause: 'The address under `/api` is not one of the documented calls.',
    fix: 'Check group and action; both are case-sensitive.',
  },
  agents_invalid: parameterReason(45, 'agents', 'an integer from 1 to 9999'),
  inboxes_invalid: parameterReason(46, 'inboxes', 'an integer from 1 to 999'),
  admin_email_invalid: parameterReason(
    47,
    'admin_email',
    'an e-mail address of at most 50 characters',
  ),
  admin_name_invalid: parameterReason(48, 'admin_name', 'text of 1 to 50 characters'),
  admin_display_name_invalid: parameterReason(
    49,
    'admin_displayName',
    'text of 1 to 50 characters',
  ),
  admin_password_invalid: parameterReason(
    50,
    'admin_password',
    '6 to 50 characters with an upper-case letter, a lower-case letter and a punctuation mark',
  ),
  admin_2fa_invalid: parameterReason(51, 'admin_2fa', '`0` (none) or `1` (e-mail)'),
  admin_2fa_value_invalid: parameterReason(
    52,
    'admin_2fa_value',
    'the e-mail address that gets the codes when `admin_2fa` is `1`',
  ),
  url_invalid: parameterReason(53, 'url', 'an http or https URL, or `""` to clear it'),
  paging_invalid: parameterReason(54, 'limit, cursor or filter', 'the call documents it'),
  delivery_id_invalid: parameterReason(65, 'delivery_id', 'the `delivery_id` of a delivery'),
  delivery_not_found: {
    number: 65,
    http: 404,
    sentence: 'You have no such delivery; it may be older than 30 days.',
    cause: 'No delivery of yours has this number, or it was removed after 30 days.',
    fix: 'Find it with `getDeliveries`.',
  },
  account_held: {
    number: 66,
    http: 409,
    sentence: 'The account is held by the operator; only the operator can switch it on.',
    cause:
      'The operator switched the account off and holds it, for the reason in the message and in `held`. Nothing else of the call was done either.',
    fix: 'Ask the operator of the installation to release it (`switchboard account release`), then switch it on. What does not switch it on works meanwhile.',
  },
  changes_invalid: parameterReason(
    67,
    'changes',
    `a list of 1 to ${MOST_CHANGES} objects with the parameters of \`updateAccount\`, no account twice`,
  ),
  dry_run_invalid: parameterReason(67, 'dry_run', '`0` or `1` (nothing is changed)'),
  webhook_overlap_invalid: parameterReason(
    68,
    'overlap_hours',
    'an integer from 0 to 72: how long the old secret still signs',
  ),
  webhook_not_set: {
    number: 68,
    http: 409,
    sentence: 'No webhook address is set; set one with setWebhook first.',
    cause: 'You never set an address, or it was cleared.',
    fix: 'Call `setWebhook` with the address of your receiver.',
  },
  credential_name_invalid: parameterReason(76, 'name', 'text of 1 to 100 characters'),
  api_client_id_invalid: parameterReason(77, 'client_id', 'a client id (`swb_ci_…`)'),
  api_credential_not_found: {
    number: 77,
    http: 404,
    sentence: 'You have no such credential in force; listApiCredentials shows them all.',
    cause: 'No credential of yours has this client id, or it was revoked.',
    fix: 'Find it with `listApiCredentials`.',
  },
  credentials_full: {
    number: 77,
    http: 409,
    sentence: `There are ${MOST_CREDENTIALS} credentials in force; revoke one that nobody uses first.`,
    cause: `A partner has at most ${MOST_CREDENTIALS} credentials in force at a time; revoked ones do not count.`,
    fix: 'See in `listApiCredentials` which were not used for long, and revoke them.',
  },
  credential_mode_invalid: parameterReason(78, 'mode', '`strict` or `original`'),
  credential_overlap_invalid: parameterReason(
    79,
    'overlap_hours',
    'an integer from 0 to 720: how long the old secret still works',
  ),

  // Of the console alone, where people call in place of programs.
  session_missing: {
    number: 3,
    http: 401,
    sentence: 'Nobody is signed in here; sign in.',
    cause: 'There is no session of the console, it has ended, or the membership was taken away.',
    fix: 'Sign in to the console.',
  },
  wrong_host: {
    number: 44,
    http: 421,
    sentence: "The console's calls are answered at the console's own address alone.",
    cause: 'The request names another host.',
    fix: 'Use the address of the console; programs use the Partner API with an access token.',
  },
  role_forbidden: {
    number: 69,
    http: 403,
    sentence: 'Your role does not allow this.',
    cause:
      "The call is not for your role: viewers read, operators change accounts, and credentials, people and the webhook are the administrators'.",
    fix: 'Ask an administrator of the partner.',
  },
  origin_refused: {
    number: 70,
    http: 403,
    sentence: "The request does not come from the console's own pages.",
    cause: "A change must carry the console's own `Origin`.",
    fix: 'Open the console and make the change there; programs use the Partner API.',
  },
  password_needed: {
    number: 71,
    http: 403,
    sentence: 'Enter your password once more to do this.',
    cause: 'What concerns secrets needs the password within the last 10 minutes.',
    fix: 'Call `confirm-password`, then repeat the call.',
  },
  second_factor_needed: {
    number: 81,
    http: 403,
    sentence: 'The partner asks for a second factor; set one up in your profile.',
    cause: 'Administrators of the partner decided that its people need a second factor.',
    fix: 'Set up an authenticator app or codes by e-mail in your profile, then go on.',
  },
  partner_suspended: {
    number: 80,
    http: 403,
    sentence: 'The partner is suspended; ask the operator.',
    cause: 'The operator suspended the partner.',
    fix: 'Ask the operator of this installation.',
  },

  person_id_invalid: parameterReason(72, 'person_id', 'the `person_id` of a member'),
  member_not_found: {
    number: 72,
    http: 404,
    sentence: 'None of your people has this person_id; getMembers lists them all.',
    cause: 'Nobody of this id is one of your people, or they were removed.',
    fix: 'Find the id with `getMembers`.',
  },
  member_invalid: parameterReason(
    73,
    'email, name or role',
    'an address or text of at most 50 characters, or one of the roles `administrator`, `operator` and `viewer`',
  ),
  members_full: {
    number: 73,
    http: 409,
    sentence: `You have ${MOST_MEMBERS} people already; remove somebody first.`,
    cause: `A partner has at most ${MOST_MEMBERS} people, those who were invited included.`,
    fix: 'Remove with `removeMember` whoever left, or never accepted.',
  },
  already_member: {
    number: 73,
    http: 409,
    sentence: 'This address is one of your people already, or invited; getMembers shows it.',
    cause: 'Somebody of this address has joined you, or waits to accept an invitation.',
    fix: 'Change the role with `updateMember`, or mail the invitation with `inviteMemberAgain`.',
  },
  last_member_administrator: {
    number: 74,
    http: 409,
    sentence: 'This is your only administrator who has joined; make somebody else one first.',
    cause: 'Without an administrator nobody could change people or credentials in the console.',
    fix: 'Make another member an administrator first, who has accepted the invitation.',
  },
  profile_invalid: parameterReason(
    75,
    'name, support_name, support_url, support_email or requires_second_factor',
    'a name, an https URL, an e-mail address, `""` to clear one of the contact, or `true` or `false`',
  ),

  // The operator's own, never seen by a partner.
  operator_token_invalid: {
    number: 100,
    http: 401,
    sentence: 'The operator token is wrong; send OPERATOR_TOKEN as the Bearer token.',
    cause: 'The operator listener is on TCP and the request does not carry its token.',
    fix: 'Set `OPERATOR_TOKEN` for the command line to the value the server was started with.',
  },
  name_invalid: parameterReason(101, 'name', 'text of 1 to 100 characters'),
  partner_invalid: parameterReason(102, 'partner', 'the number of a partner'),
  partner_not_found: {
    number: 102,
    http: 404,
    sentence: 'There is no such partner; `switchboard partner list` shows them all.',
    cause: 'No partner has this number.',
    fix: 'Find its number with `switchboard partner list`.',
  },
  support_invalid: parameterReason(
    103,
    'support_name, support_url or support_email',
    'a name, an https URL, an e-mail address, or `""` to clear it',
  ),
  server_exists: {
    number: 104,
    http: 409,
    sentence: 'A server of this name exists already; choose another name.',
    cause: 'Server names are unique in the installation.',
    fix: 'Choose another name, or use the one that is there.',
  },
  client_id_invalid: parameterReason(105, 'client_id', 'a client id (`swb_ci_…`)'),
  credential_not_found: {
    number: 105,
    http: 404,
    sentence: 'There is no such credential in force; `switchboard credential list` shows them all.',
    cause: 'No credential has this client id, or it was revoked.',
    fix: 'Find it with `switchboard credential list`.',
  },
  mode_invalid: parameterReason(106, 'mode', '`strict` or `original`'),
  label_invalid: parameterReason(107, 'label', 'text of 1 to 100 characters'),
  overlap_invalid: parameterReason(
    108,
    'overlap_hours',
    'an integer from 0 to 720: how long the old secret still works',
  ),
  account_not_deleted: {
    number: 109,
    http: 404,
    sentence: 'No deleted account of this number waits on that server to be restored.',
    cause: 'The account does not exist, is not deleted, or was erased 30 days after it was.',
    fix: 'Check `account_id` and `server`.',
  },
  quickstart_absent: {
    number: 110,
    http: 404,
    sentence: 'There is no quick start to remove.',
    cause: 'This installation was not started with the quick start, or it was removed before.',
    fix: 'Nothing to do.',
  },
  database_not_empty: {
    number: 111,
    http: 409,
    sentence:
      'The database already holds partners or accounts; import into an empty one, or with --replace.',
    cause: 'An import replaces everything, and here something would be lost.',
    fix: 'Import into a new installation, or repeat with `--replace`.',
  },
  import_invalid: {
    number: 112,
    http: 422,
    sentence: 'This is not a whole export that this version can read; nothing was imported.',
    cause: 'The file is cut off, was changed, or comes from a newer version or another SECRET_KEY.',
    fix: 'Use the file as `switchboard export` wrote it, and the same `SECRET_KEY`.',
  },
  replace_invalid: parameterReason(113, 'replace', '`true` or `false`'),
  resume_webhooks_invalid: parameterReason(115, 'resume_webhooks', '`true` or `false`'),
  hold_reason_invalid: parameterReason(116, 'reason', 'text of 1 to 256 characters'),
  address_invalid: parameterReason(114, 'address', 'an IPv4 or IPv6 address'),
} as const satisfies Record<string, Reason>;

export type ReasonName = keyof typeof reasons;

/** One of several things that are wrong with a request, as it goes over the wire. */
export type RequestError = {
  /** The number of the reason. */
  reason: number;
  code: ReasonName;
  message: string;
  parameter?: string;
};

export type RefusalDetails = {
  /** The parameter at fault, in the documented spelling. */
  parameter?: string;
  /** One sentence that replaces the reason's own. */
  message?: string;
  /** Everything that is wrong, of a call that tells it all at once; the first is this refusal. */
  errors?: readonly RequestError[];
  /** The account's current revision, for the header `ETag`. */
  revision?: number;
  /** Seconds, for the header `Retry-After`. */
  retryAfterSeconds?: number;
  /** The methods a path has, for the header `Allow`. */
  allow?: string;
};

/** A call that was refused: thrown by operations, answered on the wire, thrown again by the SDK. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: ReasonName;
  readonly details: RefusalDetails;
  /** Set by the SDK: the id under which the server's log has this request. */
  requestId: string | undefined;
  /** Set by the SDK: the key that the call was made with. With it the call may be made again. */
  idempotencyKey: string | undefined;

  constructor(reason: ReasonName, details: RefusalDetails = {}) {
    super(details.message ?? reasons[reason].sentence);
    this.reason = reason;
    this.details = details;
  }

  /** The number on the wire. */
  get number(): number {
    return reasons[this.reason].number;
  }

  /** The HTTP status in mode `strict`. */
  get http(): number {
    return reasons[this.reason].http;
  }
}

/** The reason of an answer that came over the wire; undefined when no reason matches. */
export function reasonOf(number: number, http: number): ReasonName | undefined {
  const names = Object.keys(reasons) as ReasonName[];
  const alike = names.filter((name) => reasons[name].number === number);
  return alike.find((name) => reasons[name].http === http) ?? alike[0];
}
