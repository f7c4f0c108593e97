import { Button } from '@mantine/core';
import type { AccountsOfPerson } from '@switchboard/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { sendMyInvitations } from '../api/profile.ts';
import { accountsQuery } from '../api/workspace.ts';
import { SignOutButton } from '../signing-in/sign-out.tsx';
import { CardPage } from '../ui/card-page.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Loading } from '../ui/loading.tsx';
import { Mark } from '../ui/mark.tsx';
import { useOutcome } from '../ui/outcome.tsx';
import '../ui/choice-list.css';

const LOOK_MS = 15_000;
const isOff = ({ state }: AccountsOfPerson['accounts'][number]) => state === 'disabled';

/** Which account to enter, for a person with several, or with none that is open. */
export function AccountsPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery({
    ...accountsQuery,
    // One that is off may be switched on while somebody looks.
    refetchInterval: ({ state }) => (state.data?.accounts.some(isOff) ? LOOK_MS : false),
  });
  const none = data?.accounts.length === 0;
  return (
    <CardPage
      title={t(none ? 'accounts.noneTitle' : 'accounts.title')}
      sentence={
        none ? t('accounts.noneSentence') : data && <bdi dir="ltr">{data.person.email}</bdi>
      }
    >
      <FailureNote failure={error} retry={refetch} />
      {!data && !error && <Loading height={133} />}
      {data && !none && (
        <ul className="choice-list">
          {data.accounts.map((account) => (
            <AccountLine key={account.account_id} account={account} />
          ))}
        </ul>
      )}
      {none && <InvitationsAgain />}
      <div className="row">
        <Link to="/profile" className="small">
          {t('profile.title')}
        </Link>
        <SignOutButton />
      </div>
    </CardPage>
  );
}

function AccountLine({ account }: { account: AccountsOfPerson['accounts'][number] }) {
  const { t } = useTranslation();
  const { account_id, account_name, state } = account;
  return (
    <li>
      <Link to="/accounts/$accountId" params={{ accountId: String(account_id) }}>
        <span className={stateColors[state]}>
          <Mark open={state === 'disabled'} />
        </span>
        <span className="choice-name">
          <bdi className="own-direction">{account_name}</bdi>
          <span className="small muted">{t(`accounts.${state}`)}</span>
        </span>
      </Link>
    </li>
  );
}

const stateColors = { open: 'is-on', disabled: 'is-off', sign_in_again: 'is-wait' };

function InvitationsAgain() {
  const { t } = useTranslation();
  const outcome = useOutcome();
  const send = useMutation({
    mutationFn: sendMyInvitations,
    onMutate: outcome.begin,
    onSuccess: () => outcome.succeed(t('accounts.sent')),
    onError: (failure) => outcome.fail(failure),
  });
  return (
    <>
      {outcome.notice}
      <Button variant="filled" loading={send.isPending} onClick={() => send.mutate()}>
        {t('accounts.sendInvitations')}
      </Button>
    </>
  );
}
