import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFailure } from '../../api/request.ts';
import { accountsQuery, closedQuery, readWorkspace, workspaceQuery } from '../../api/workspace.ts';
import { DisabledPage } from '../../signing-in/disabled.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { endVisit } from '../visit.ts';

const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15_000;

/** Asks again by itself as long as it is looked at, and opens when the account is on. */
export function ClosedAccount({ accountId }: { accountId: number }) {
  const { t } = useTranslation();
  const { data: closed } = useQuery(closedQuery(accountId));
  const { data: list } = useQuery(accountsQuery);
  const known = list?.accounts.find((account) => account.account_id === accountId);
  const look = useLook(accountId);
  const check = useMutation({ mutationFn: look });
  useLooking(look);
  const isStill = check.error instanceof ApiFailure && check.error.code === 'account_disabled';

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
            {isStill && !check.isPending && t('disabled.still')}
          </span>
          {!isStill && <FailureNote failure={check.error} />}
        </>
      }
    />
  );
}

/** Reads the account once: opens it, or says what ends the visit, and throws. */
function useLook(accountId: number) {
  const client = useQueryClient();
  const router = useRouter();
  return async () => {
    try {
      const state = await readWorkspace(accountId);
      client.setQueryData(workspaceQuery(accountId).queryKey, state);
      client.setQueryData(closedQuery(accountId).queryKey, null);
    } catch (failure) {
      if (failure instanceof ApiFailure) endVisit(router, client, failure);
      throw failure;
    }
  };
}

/** Looks now and then, ever less often, and at once when somebody turns to the page. */
function useLooking(look: () => Promise<void>) {
  const latest = useRef(look);
  useEffect(() => {
    latest.current = look;
  });
  useEffect(() => {
    let waitMs = FIRST_WAIT_MS;
    let timer: ReturnType<typeof setTimeout>;
    const again = () => {
      if (document.visibilityState === 'visible') latest.current().catch(() => undefined);
      wait();
    };
    const wait = () => {
      // Not all at the same time, of those who were shut out at the same time.
      timer = setTimeout(again, waitMs * (0.75 + Math.random() / 2));
      waitMs = Math.min(waitMs * 1.5, LONGEST_WAIT_MS);
    };
    const turn = () => {
      if (document.visibilityState !== 'visible') return;
      clearTimeout(timer);
      waitMs = FIRST_WAIT_MS;
      again();
    };
    wait();
    document.addEventListener('visibilitychange', turn);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', turn);
    };
  }, []);
}
