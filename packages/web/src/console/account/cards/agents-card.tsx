import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsoleAnswer } from '../../../api/console.ts';
import { useMember } from '../../member.ts';
import { type Account, agentsQuery } from '../account-calls.ts';
import { AgentLine } from './agent-line.tsx';
import { Card } from './card.tsx';
import { LoginAs } from './login-as.tsx';

export type Agent = ConsoleAnswer<'POST online/getAgents'>['list'][number];

/** Everybody of the account, with the way in as one of them. */
export function AgentsCard({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { partner, changes } = useMember();
  const { data, error, isPending, refetch } = useQuery(agentsQuery(partner, account));
  const [entering, setEntering] = useState<Agent>();
  return (
    <Card
      id="account-agents"
      title={t('agents.title')}
      note={data && t('agents.seats', { count: account.agents, used: data.list.length })}
      isPending={isPending}
      failure={data ? null : error}
      retry={refetch}
      height={140}
    >
      {data?.list.length === 0 && <p className="muted">{t('console.account.agents.none')}</p>}
      {data && data.list.length > 0 && (
        <ul className="lines">
          {data.list.map((agent) => (
            <AgentLine
              key={agent.id}
              agent={agent}
              isOpen={account.account_status === 1}
              {...(changes ? { onEnter: () => setEntering(agent) } : {})}
            />
          ))}
        </ul>
      )}
      {entering && (
        <LoginAs account={account} agent={entering} onClose={() => setEntering(undefined)} />
      )}
    </Card>
  );
}
