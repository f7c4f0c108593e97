import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Time } from '../../../ui/time.tsx';
import type { Account } from '../account-calls.ts';
import { Card } from './card.tsx';
import '../../../ui/facts.css';

/** What is no setting of the account. */
export function DetailsCard({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { account_id, server, agents, inboxes, reference, create_time } = account;
  const code = (text: ReactNode) => (
    <span dir="ltr" className="code">
      {text}
    </span>
  );
  const facts: [string, ReactNode][] = [
    [t('settings.account_id'), code(account_id)],
    [t('settings.server'), code(server)],
    [t('change.reference'), reference ? code(reference) : t('common.none')],
    [t('change.agents'), agents],
    [t('change.inboxes'), inboxes],
    [
      t('console.account.created'),
      <Time key="created" at={new Date(create_time * 1000)} show="date" />,
    ],
  ];
  return (
    <Card id="account-details" title={t('console.account.details')}>
      <dl className="facts facts-dense">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
