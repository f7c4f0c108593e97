import { Skeleton } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Outlet, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { watchAccount } from '../../api/live.ts';
import { ApiFailure } from '../../api/request.ts';
import { closedQuery, workspaceQuery } from '../../api/workspace.ts';
import { NotFoundPage } from '../../signing-in/not-found.tsx';
import { CardPage } from '../../ui/card-page.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Frame } from '../frame.tsx';
import { endVisit } from '../visit.ts';
import { ClosedAccount } from './closed-account.tsx';
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
