/** The workspace: the accounts of a person, and one account from within. */
import { z } from 'zod';
import { builderCheck } from '../builder-check.ts';
import { accountId, pageCall } from '../page-call.ts';
import { language, role, type SupportContact } from '../people.ts';
import { type AccountSettings, accountSettings } from './settings.ts';

const accountsOfPerson = z.object({
  person: z.object({ name: z.string(), email: z.string(), language: language.nullable() }),
  accounts: z.array(
    z.object({
      account_id: z.int(),
      account_name: z.string(),
      /** The person's there. */
      role,
      state: z.enum(['open', 'disabled', 'sign_in_again']),
    }),
  ),
  /** The one account's agent was signed in by a login link. */
  signed_in_by_link: z.boolean(),
});
export type AccountsOfPerson = z.output<typeof accountsOfPerson>;

/** Also the live stream's event `state`. */
const workspaceState = z.object({
  account: z.object({
    account_id: z.int(),
    server: z.string(),
    account_name: z.string(),
    account_status: z.literal([0, 1]),
    builder_url: z.string(),
  }),
  settings: accountSettings,
  agent: z.object({
    id: z.int(),
    role,
    display_name: z.string(),
    signed_in_by_link: z.boolean(),
  }),
});
export type WorkspaceState = z.output<typeof workspaceState>;

/** The live stream's events; `disabled` and `replaced` are last ones. */
export type LiveEvents = {
  state: WorkspaceState;
  settings: AccountSettings;
  account: WorkspaceState['account'];
  disabled: { account_name: string; support: SupportContact };
  /** Too many streams are open: this one made room, and its page does not come back by itself. */
  replaced: Record<string, never>;
};

export const workspaceCalls = {
  /** The accounts of the person on this server, whatever their state. */
  listOwnAccounts: pageCall({
    method: 'GET',
    path: '/api/workspace',
    enters: 'session',
    byLink: true,
    at: 'online',
    answer: accountsOfPerson,
    failures: [],
  }),
  getWorkspace: pageCall({
    method: 'GET',
    path: '/api/workspace/:account_id',
    enters: 'account',
    params: { account_id: accountId },
    answer: workspaceState,
    failures: [],
  }),
  /** For administrators: how the account's builder was found. Without a link there is nothing. */
  getBuilderCheck: pageCall({
    method: 'GET',
    path: '/api/workspace/:account_id/builder-check',
    enters: 'account',
    params: { account_id: accountId },
    answer: z.object({ builder_check: builderCheck.optional() }),
    failures: ['administrators_only'],
  }),
  /** Server-sent events: `state` first, `disabled` or `replaced` last. */
  watchWorkspace: pageCall({
    method: 'GET',
    path: '/api/workspace/:account_id/live',
    enters: 'account',
    params: { account_id: accountId },
    streams: true,
    answer: workspaceState,
    failures: [],
  }),
} as const;
