import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { consoleCall, consoleKey } from '../../api/console.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { isolate, Phrase } from '../../ui/phrase.tsx';
import { useMember } from '../member.ts';
import { toast } from '../toast.tsx';
import { type Account, accountQuery, isStale } from './account-calls.ts';
import { curlOf } from './settings/curl.ts';
import { WouldEnd } from './switch/would-end.tsx';

type Props = { account: Account; onClose: () => void };

/** Whoever deletes an account types its name. */
export function DeleteAccount({ account, onClose }: Props) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const { account_id, account_name, server, revision } = account;
  const sent = { accountID: account_id, server };
  const remove = useMutation({
    mutationFn: () =>
      consoleCall(partner, 'DELETE online/deleteAccount', sent, { ifMatch: revision }),
    onSuccess: async () => {
      toast(t('console.account.delete.done', { name: isolate(account_name) }));
      await navigate({
        to: '/p/$partner/accounts',
        params: { partner: String(partner) },
        ignoreBlocker: true,
      });
      client.removeQueries({ queryKey: accountQuery(partner, account).queryKey });
      await client.invalidateQueries({ queryKey: consoleKey(partner, 'GET online/getAccounts') });
    },
    onError: async (failure) => {
      if (isStale(failure)) await client.invalidateQueries(accountQuery(partner, account));
    },
  });
  const same = plain(typed) === plain(account_name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (same && !remove.isPending) remove.mutate();
  };
  const name = <bdi key="name">{account_name}</bdi>;
  const call = { method: 'DELETE', path: 'online/deleteAccount', body: sent, revision } as const;
  return (
    <Dialog
      title={<Phrase of="console.account.delete.title" parts={{ name }} />}
      opened
      onClose={onClose}
    >
      <form className="stack" onSubmit={submit} noValidate>
        {account.account_status === 1 && <WouldEnd account={account} />}
        <p>{t('console.account.delete.sentence')}</p>
        <TextInput
          name="typed-name"
          autoComplete="off"
          dir="auto"
          label={<Phrase of="console.account.delete.type" parts={{ name }} />}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <FailureNote failure={remove.error} />
        <div className="row">
          <Button
            type="submit"
            variant="filled"
            color="off"
            disabled={!same}
            loading={remove.isPending}
          >
            {t('console.account.delete.submit')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <CopyButton text={curlOf(location.origin, call)} label={t('console.account.copyCurl')} />
        </div>
      </form>
    </Dialog>
  );
}

/** Spaces and the marks that keep names apart are copied along, or not. */
const plain = (name: string): string =>
  name
    .normalize('NFC')
    .replace(/[\s\p{Cf}]+/gu, ' ')
    .trim();
