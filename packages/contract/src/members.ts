/** The people of a partner: their roles, and which calls each role may make in the console. */

export const memberRoles = ['administrator', 'operator', 'viewer'] as const;
/** `administrator`: everything; `operator`: accounts; `viewer`: reads. */
export type MemberRole = (typeof memberRoles)[number];

/** Of a call that anybody of the partner's may make. */
export const everyMember: readonly MemberRole[] = [...memberRoles];
/** Of a call that changes accounts, or what comes of them. */
export const changers: readonly MemberRole[] = ['administrator', 'operator'];
/** Of a call about credentials, people, the webhook's address and its secrets. */
export const administrators: readonly MemberRole[] = ['administrator'];

/** Of a membership. `second_factor_needed`: open, but the partner asks for a factor that is not there. */
export const memberStates = ['open', 'waiting', 'second_factor_needed'] as const;
export type MemberState = (typeof memberStates)[number];
