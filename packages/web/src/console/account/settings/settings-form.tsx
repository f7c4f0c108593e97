import { Button } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConsoleRefusal } from '../../../api/console-refusal.ts';
import { AskBeforeLeaving } from '../../../signing-in/unsaved.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { useOutcome } from '../../../ui/outcome.tsx';
import { StatusBadge } from '../../status-badge.tsx';
import { type Account, isStale, useAccountChange } from '../account-calls.ts';
import type { OnReceipt } from '../switch/receipt.tsx';
import { curlOf } from './curl.ts';
import { SettingsConflict } from './settings-conflict.tsx';
import {
  changeOf,
  conflictsOf,
  type Draft,
  readField,
  type TypedField,
  type,
  typedFields,
} from './settings-draft.ts';
import { SettingsField } from './settings-field.tsx';

type Props = { account: Account; onReceipt: OnReceipt };

/** What was typed lies over what the account is now, so a live change never undoes typing. */
export function SettingsForm({ account, onReceipt }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Draft>({});
  const [refused, setRefused] = useState<TypedField>();
  const outcome = useOutcome();
  const save = useAccountChange(account);
  const change = changeOf(account, draft);
  const conflicts = conflictsOf(account, draft);
  const changed = Object.keys(change) as TypedField[];
  const wrong = changed.filter((field) => readField(field, draft[field]?.to ?? '') === undefined);
  const ready = changed.length > 0 && wrong.length === 0 && conflicts.length === 0;

  const set = (field: TypedField, to: string) => {
    setDraft(type(draft, account, field, to));
    if (field === refused) setRefused(undefined);
    outcome.begin();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    outcome.begin();
    if (!ready || save.isPending) return;
    const previous = Object.fromEntries(changed.map((field) => [field, account[field]]));
    onReceipt(undefined);
    save.mutate(
      { change, revision: account.revision },
      {
        onSuccess: ({ changed: { revision }, requestId }) => {
          setDraft({});
          onReceipt({ kind: 'saved', revision, requestId, previous });
        },
        onError: (failure) => {
          const parameter = failure instanceof ConsoleRefusal ? failure.parameter : undefined;
          const field = typedFields.find((name) => name === parameter);
          setRefused(field);
          outcome.fail(failure, field !== undefined || isStale(failure));
        },
      },
    );
  };

  return (
    <form className="panel stack" onSubmit={submit} noValidate aria-labelledby="account-settings">
      <h2 id="account-settings">{t('settings.title')}</h2>
      <div>
        <p className="field-name">{t('settings.account_status')}</p>
        <StatusBadge on={account.account_status === 1} held={account.held !== undefined} />
      </div>
      {typedFields.map((field) => (
        <SettingsField
          key={field}
          field={field}
          value={draft[field]?.to ?? account[field]}
          isRefused={field === refused}
          onChange={(to) => set(field, to)}
        />
      ))}
      {conflicts.length > 0 ? (
        <SettingsConflict account={account} draft={draft} fields={conflicts} onChoose={setDraft} />
      ) : (
        isStale(save.error) &&
        changed.length > 0 && <Notice kind="wait">{t('console.account.conflict.elsewhere')}</Notice>
      )}
      {outcome.notice}
      <div className="row">
        <Button type="submit" variant="filled" loading={save.isPending} disabled={!ready}>
          {t('settings.save')}
        </Button>
        {changed.length > 0 && (
          <Button variant="subtle" color="quiet" onClick={() => setDraft({})}>
            {t('console.account.discard')}
          </Button>
        )}
        {ready && <CopyChange account={account} change={change} />}
      </div>
      <AskBeforeLeaving unsaved={changed.length > 0} />
    </form>
  );
}

type CopyProps = { account: Account; change: Record<string, unknown> };

/** The change on the screen as a call of the API. */
export function CopyChange({ account, change }: CopyProps) {
  const { t } = useTranslation();
  const { account_id, server, revision } = account;
  const body = { account_id, server, ...change };
  const call = { method: 'POST', path: 'online/updateAccount', body, revision } as const;
  return <CopyButton text={curlOf(location.origin, call)} label={t('console.account.copyCurl')} />;
}
