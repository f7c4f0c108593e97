import { Button, Skeleton } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { watchAccount } from '../../api/live.ts';
import { ApiFailure } from '../../api/request.ts';
import { accountsQuery, closedQuery, readWorkspace, workspaceQuery } from '../../api/workspace.ts';
import { DisabledPage } from '../../signing-in/disabled.tsx';
import { NotFoundPage } from '../../signing-in/not-found.tsx';
import { CardPage } from '../../ui/card-page.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Frame } from '../frame.tsx';
import { endVisit } from '../visit.ts';
import { OpenAccount, rememberAccount } from './open-account.ts';

/** Everything inside one account: its frame, its live stream, and what it shows once it is off. */
export function AccountLayout() {
  const accountId = Number(getRouteApi('/accounts/$accountId').useParams().accountId);
  const { data: closed } = useQuery(closedQuery(accountId));
  const {
    data: state,
    error,
    refetch,
  } = useQuery({ ...workspaceQuery(accountId), enabled: !closed });
  const gone = error instanceof ApiFailure && error.code === 'not_found';
  const open = state !== undefined && !closed && !gone;
  useLive(accountId, open);

  if (closed) return <ClosedAccount accountId={accountId} />;
  if (gone) return <NotFoundPage />;
  if (state)
    return (
      <OpenAccount value={state}>
        <Frame
          account={{ id: accountId, name: state.account.account_name, role: state.agent.role }}
          byLink={state.agent.signed_in_by_link}
        >
          <Outlet />
        </Frame>
      </OpenAccount>
    );
  if (error && !(error instanceof ApiFailure && leaving.has(error.code)))
    return (
      <CardPage title="Switchboard">
        <FailureNote failure={error} retry={refetch} />
      </CardPage>
    );
  return <FrameSkeleton />;
}

/** These end the visit by themselves: nothing else is drawn meanwhile. */
const leaving = new Set<string>(['no_session', 'sign_in_again', 'account_disabled']);

function useLive(accountId: number, open: boolean) {
  const client = useQueryClient();
  const router = useRouter();
  useEffect(() => {
    if (!open) return;
    rememberAccount(accountId);
    const onFailure = (failure: ApiFailure) => {
      endVisit(router, client, failure);
      // Removed from the account meanwhile: the page asks for itself and sees it.
      if (failure.code === 'not_found') void client.invalidateQueries(workspaceQuery(accountId));
    };
    return watchAccount({ accountId, client, onFailure });
  }, [accountId, open, client, router]);
}

function ClosedAccount({ accountId }: { accountId: number }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const router = useRouter();
  const { data: closed } = useQuery(closedQuery(accountId));
  const { data: list } = useQuery(accountsQuery);
  const known = list?.accounts.find((account) => account.account_id === accountId);
  const check = useMutation({
    mutationFn: () => readWorkspace(accountId),
    onSuccess: (state) => {
      client.setQueryData(workspaceQuery(accountId).queryKey, state);
      client.setQueryData(closedQuery(accountId).queryKey, null);
    },
    onError: (failure) => {
      if (failure instanceof ApiFailure) endVisit(router, client, failure);
    },
  });
  const refused = check.error instanceof ApiFailure && leaving.has(check.error.code);

  return (
    <DisabledPage
      name={closed?.account_name || known?.account_name}
      support={closed?.support}
      leave={
        <>
          <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
            {t('disabled.check')}
          </Button>
          {(list?.accounts.length ?? 0) > 1 && (
            <Link to="/accounts">{t('frame.otherAccount')}</Link>
          )}
          <span role="status" className="small muted">
            {refused && !check.isPending && t('disabled.still')}
          </span>
          {!refused && <FailureNote failure={check.error} />}
        </>
      }
    />
  );
}

function FrameSkeleton() {
  const { t } = useTranslation();
  return (
    <div className="frame" aria-busy="true">
      <div className="bar">
        <div className="bar-head">
          <Skeleton height={24} />
        </div>
      </div>
      <main>
        <h1 className="unseen">{t('common.loading')}</h1>
        <Skeleton height={36} width={220} mb={28} />
        <Skeleton height={140} />
      </main>
    </div>
  );
}
