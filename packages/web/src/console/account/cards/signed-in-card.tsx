import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Phrase } from '../../../ui/phrase.tsx';
import { Time } from '../../../ui/time.tsx';
import { useMember } from '../../member.ts';
import { type AccountKey, signedInQuery } from '../account-calls.ts';
import { Card } from './card.tsx';

/** Who is inside the account now. */
export function SignedInCard({ account }: { account: AccountKey }) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const { data, error, isPending, refetch } = useQuery(signedInQuery(partner, account));
  return (
    <Card
      id="signed-in"
      title={t('console.account.signedIn.title')}
      note={data && data.people > 0 && t('console.account.signedIn.people', { count: data.people })}
      isPending={isPending}
      failure={data ? null : error}
      retry={refetch}
    >
      {data?.list.length === 0 && <p className="muted">{t('console.account.signedIn.none')}</p>}
      {data && data.list.length > 0 && (
        <ul className="lines">
          {data.list.map(({ agent_id, display_name, role, by_link, since }) => (
            <li key={agent_id}>
              <bdi className="line-name own-direction">{display_name}</bdi>
              <span className="muted small">
                {t(`role.${role}`)}
                {' · '}
                <Phrase
                  of={`console.account.signedIn.${by_link ? 'byLink' : 'since'}`}
                  parts={{ time: <Time key="time" at={new Date(since * 1000)} /> }}
                />
              </span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
