import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { consoleQuery } from '../../api/console.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Loading } from '../../ui/loading.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { useMember } from '../member.ts';

export function AccountPage() {
  const { partner, name } = useMember();
  const { server, accountId } = getRouteApi('/p/$partner/accounts/$server/$accountId').useParams();
  const sent = { account_id: Number(accountId), server };
  const { data, error, refetch } = useQuery(consoleQuery(partner, 'GET online/getAccount', sent));
  if (error) return <FailureNote failure={error} retry={refetch} />;
  if (!data) return <Loading height={320} />;
  return <PageTitle title={data.account_name} within={name} />;
}
