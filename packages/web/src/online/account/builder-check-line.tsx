import { useQuery } from '@tanstack/react-query';
import { builderCheckQuery } from '../../api/workspace.ts';
import { BuilderFound } from '../../builder-look/builder-found.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Loading } from '../../ui/loading.tsx';
import { useAccount } from './open-account.ts';

/** For administrators: how the builder was found when it was last looked at. */
export function BuilderCheckLine() {
  const { account, settings } = useAccount();
  const query = builderCheckQuery(account.account_id, account.builder_url);
  const { data, error, refetch } = useQuery(query);
  const check = data?.builder_check;
  return (
    <div className="builder-check">
      {check ? (
        <BuilderFound check={check} timeZone={settings.time_zone} advises />
      ) : error ? (
        <FailureNote failure={error} retry={refetch} />
      ) : (
        !data && <Loading height={24} />
      )}
    </div>
  );
}
