import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery, pollForMail } from '../../api/workspace.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Icon } from '../../ui/icons.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useOutcome } from '../../ui/outcome.tsx';
import { AgentRow } from './agent-row.tsx';
import { InviteAgent } from './invite-agent.tsx';
import { useAccount } from './open-account.ts';
import '../../people/people-table.css';

export function AgentsPage() {
  const { t } = useTranslation();
  const { account, agent, settings } = useAccount();
  const { data, error, refetch } = useQuery({
    ...agentsQuery(account.account_id),
    refetchInterval: ({ state }) => pollForMail(state.data),
  });
  const [inviting, setInviting] = useState(false);
  const outcome = useOutcome();
  const mayChange = agent.role === 'administrator';
  const invite = () => {
    outcome.begin();
    setInviting(true);
  };
  const administrators = data?.agents.filter(
    ({ role, state }) => role === 'administrator' && state === 'open',
  );
  const full = data !== undefined && data.agents.length >= data.seat_limit;

  return (
    <>
      <PageTitle
        title={t('agents.title')}
        within={account.account_name}
        sentence={
          data
            ? t('agents.seats', { count: data.seat_limit, used: data.agents.length })
            : t('agents.seatsUnknown')
        }
        action={
          mayChange && (
            <Button
              variant="filled"
              leftSection={<Icon name="add" />}
              disabled={!data || full}
              onClick={invite}
            >
              {t('agents.invite')}
            </Button>
          )
        }
      />
      <div className="stack">
        {!mayChange && <Notice kind="locked">{t('agents.administratorsOnly')}</Notice>}
        {mayChange && full && <Notice kind="wait">{t('failure.seat_limit_reached')}</Notice>}
        {outcome.notice}
        <FailureNote failure={error} retry={refetch} />
        {!data && !error && <Loading height={180} />}
        {data && (
          <table className="people">
            <thead>
              <tr>
                <th scope="col">{t('common.name')}</th>
                <th scope="col">{t('agents.role')}</th>
                <th scope="col">{t('agents.state')}</th>
                <th scope="col">{t('agents.since')}</th>
                {mayChange && <th scope="col">{t('agents.actions')}</th>}
              </tr>
            </thead>
            <tbody>
              {data.agents.map((row) => (
                <AgentRow
                  key={row.id}
                  agent={row}
                  accountId={account.account_id}
                  timeZone={settings.time_zone}
                  mayChange={mayChange}
                  isNeeded={administrators?.length === 1 && administrators[0] === row}
                  onBegin={outcome.begin}
                  onDone={outcome.succeed}
                />
              ))}
            </tbody>
          </table>
        )}
      </div>
      {mayChange && (
        <InviteAgent
          accountId={account.account_id}
          opened={inviting}
          onClose={() => setInviting(false)}
          onDone={outcome.succeed}
        />
      )}
    </>
  );
}
