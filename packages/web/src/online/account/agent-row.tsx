import { Button, NativeSelect } from '@mantine/core';
import { type AgentOfAccount, type Role, roles } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  agentsQuery,
  changeRole,
  sendInvitationAgain,
  workspaceQuery,
} from '../../api/workspace.ts';
import { NotDelivered } from '../../people/not-delivered.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon } from '../../ui/icons.tsx';
import { isolate, Phrase } from '../../ui/phrase.tsx';
import { Time } from '../../ui/time.tsx';
import { RemoveAgent } from './remove-agent.tsx';

type Props = {
  agent: AgentOfAccount;
  accountId: number;
  timeZone: string;
  mayChange: boolean;
  /** The only administrator who can enter: neither removed nor demoted. */
  isNeeded: boolean;
  /** Something is tried: what was said before is over. */
  onBegin: () => void;
  onDone: (result: ReactNode) => void;
};

export function AgentRow(props: Props) {
  const { agent, accountId, timeZone, mayChange, isNeeded, onBegin, onDone } = props;
  const { t } = useTranslation();
  const [removing, setRemoving] = useState(false);
  const client = useQueryClient();
  const { name } = agent;
  const done = (of: string) =>
    onDone(
      <p>
        <Phrase of={of} parts={{ name: <bdi key="name">{name}</bdi> }} />
      </p>,
    );

  const setRole = useMutation({
    onMutate: () => {
      sendAgain.reset();
      onBegin();
    },
    mutationFn: (role: Role) => changeRole(accountId, agent.id, role),
    onSuccess: async () => {
      done('agents.roleChanged');
      await client.invalidateQueries(agentsQuery(accountId));
      if (agent.you) await client.invalidateQueries(workspaceQuery(accountId));
    },
  });
  const sendAgain = useMutation({
    onMutate: () => {
      setRole.reset();
      onBegin();
    },
    mutationFn: () => sendInvitationAgain(accountId, agent.id),
    onSuccess: async () => {
      done('agents.sentAgain');
      await client.invalidateQueries(agentsQuery(accountId));
    },
  });

  return (
    <tr className={setRole.isSuccess ? 'changed' : undefined}>
      <td className="people-name">
        <strong>
          <bdi>{name}</bdi>
          {agent.you && <span className="muted small"> {t('agents.you')}</span>}
        </strong>
        <span className="muted">
          <bdi dir="ltr">{agent.email}</bdi>
        </span>
        {agent.not_delivered && <NotDelivered failed={agent.not_delivered} timeZone={timeZone} />}
        <FailureNote failure={setRole.error ?? sendAgain.error} />
      </td>
      <td data-label={t('agents.role')}>
        {mayChange && !isNeeded ? (
          <NativeSelect
            size="sm"
            aria-label={t('agents.roleOf', { name: isolate(name) })}
            value={setRole.isPending ? setRole.variables : agent.role}
            disabled={setRole.isPending}
            data={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
            onChange={({ target }) => setRole.mutate(target.value as Role)}
          />
        ) : (
          t(`role.${agent.role}`)
        )}
      </td>
      <td data-label={t('agents.state')}>
        <span className={`badge ${agent.state === 'open' ? 'is-on' : 'is-wait'}`}>
          <Icon name={agent.state === 'open' ? 'check' : 'clock'} />
          {t(`agents.${agent.state}`)}
        </span>
      </td>
      <td data-label={t('agents.since')}>
        <Time at={new Date(agent.create_time * 1000)} timeZone={timeZone} show="date" />
      </td>
      {mayChange && (
        <td>
          {isNeeded && <span className="muted">{t('agents.onlyAdministrator')}</span>}
          <div className="people-actions">
            {(agent.state === 'waiting' || agent.not_delivered) && (
              <Button
                variant="subtle"
                size="compact-sm"
                loading={sendAgain.isPending}
                onClick={() => sendAgain.mutate()}
                aria-label={t('agents.sendAgainTo', { name: isolate(name) })}
              >
                {t('agents.sendAgain')}
              </Button>
            )}
            {!isNeeded && (
              <Button
                variant="subtle"
                color="quiet"
                size="compact-sm"
                onClick={() => {
                  onBegin();
                  setRemoving(true);
                }}
                aria-label={t('agents.removeName', { name: isolate(name) })}
              >
                {t('agents.remove')}
              </Button>
            )}
          </div>
          <RemoveAgent
            agent={agent}
            accountId={accountId}
            opened={removing}
            onClose={() => setRemoving(false)}
            onDone={() => done('agents.removed')}
          />
        </td>
      )}
    </tr>
  );
}
