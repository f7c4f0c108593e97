/** What was typed over an account's settings, and what became of them meanwhile. */
import { endpoints } from '@switchboard/contract';
import type { Settings } from '../account-calls.ts';

export const typedFields = ['account_name', 'builder_url'] as const;
export type TypedField = (typeof typedFields)[number];

type Typed = Pick<Settings, TypedField>;

/** Of each field that was typed in: what the account had then, and what is typed. */
export type Draft = { readonly [F in TypedField]?: { readonly from: string; readonly to: string } };

const { account_name, builder_url } = endpoints.updateAccount.request;
const schemas = { account_name: account_name.schema, builder_url: builder_url.schema };

export const limits: Record<TypedField, number> = { account_name: 100, builder_url: 150 };

export const type = (draft: Draft, account: Typed, field: TypedField, to: string): Draft => ({
  ...draft,
  [field]: { from: draft[field]?.from ?? account[field], to },
});

/** As the server will read it; undefined for what it will refuse. */
export function readField(field: TypedField, typed: string): string | undefined {
  const read = schemas[field].safeParse(field === 'builder_url' ? typed.trim() : typed);
  return read.success ? read.data : undefined;
}

/** What is typed and is not what the account has. */
export function changeOf(account: Typed, draft: Draft): Partial<Typed> {
  const differs = typedFields.filter((field) => {
    const typed = draft[field];
    return typed && (readField(field, typed.to) ?? typed.to) !== account[field];
  });
  return Object.fromEntries(
    differs.map((field) => [field, readField(field, draft[field]?.to ?? '') ?? draft[field]?.to]),
  );
}

/** The fields that somebody else gave another value since they were typed in. */
export const conflictsOf = (account: Typed, draft: Draft): TypedField[] =>
  typedFields.filter(
    (field) => field in changeOf(account, draft) && draft[field]?.from !== account[field],
  );

/** Keeps what is typed, over what the account has now. */
export const keepMine = (draft: Draft, account: Typed, field: TypedField): Draft => ({
  ...draft,
  [field]: { from: account[field], to: draft[field]?.to ?? account[field] },
});

/** Takes what the account has now. */
export function keepTheirs(draft: Draft, field: TypedField): Draft {
  const { [field]: _, ...others } = draft;
  return others;
}
