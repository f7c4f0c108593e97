import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { ApiFailure } from '../api/request.ts';
import { accountsQuery } from '../api/workspace.ts';
import { CardPage } from '../ui/card-page.tsx';
import { FailureNote } from '../ui/failure-note.tsx';

/** `/` and the moment after signing in: the only open account, or the chooser. */
export function HomePage() {
  const { data, error, refetch } = useQuery(accountsQuery);
  if (data) {
    const [first, ...others] = data.accounts;
    if (first?.state === 'open' && others.length === 0)
      return (
        <Navigate
          to="/accounts/$accountId/workflow-builder"
          params={{ accountId: String(first.account_id) }}
          replace
        />
      );
    return <Navigate to="/accounts" replace />;
  }
  // Without a session the visit ends at the sign-in page by itself.
  if (!error || (error instanceof ApiFailure && error.code === 'no_session')) return null;
  return (
    <CardPage title="Switchboard">
      <FailureNote failure={error} retry={refetch} />
    </CardPage>
  );
}
