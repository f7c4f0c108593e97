import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NotDelivered } from '../../../people/not-delivered.tsx';
import { isolate, Phrase } from '../../../ui/phrase.tsx';
import { Time } from '../../../ui/time.tsx';
import type { Agent } from './agents-card.tsx';

type Props = {
  agent: Agent & { last_entered?: number | null };
  /** The account is on. */
  isOpen: boolean;
  /** Without it nobody is offered to come in as the agent. */
  onEnter?: () => void;
};

export function AgentLine({ agent, isOpen, onEnter }: Props) {
  const { t } = useTranslation();
  const { agent_name, email, role, state, last_entered, not_delivered } = agent;
  const isWaiting = state === 'waiting';
  // Of somebody who has not agreed to be here nothing is known but the address.
  const name = agent_name || email;
  return (
    <li className="agent-line">
      <div>
        <bdi className="line-name own-direction">{name}</bdi>
        {name !== email && (
          <span className="muted small">
            <bdi dir="ltr">{email}</bdi>
          </span>
        )}
        <span className="muted small">
          {t(`role.${role}`)}
          {' · '}
          <span className={isWaiting ? 'is-wait' : undefined}>
            {t(isWaiting ? 'agents.waiting' : 'agents.open')}
          </span>
          {!isWaiting && last_entered !== undefined && (
            <>
              {' · '}
              <LastEntered at={last_entered} />
            </>
          )}
        </span>
        {not_delivered && <NotDelivered failed={not_delivered} />}
      </div>
      {onEnter && !isWaiting && (
        <Button
          variant="default"
          size="compact-sm"
          disabled={!isOpen}
          title={isOpen ? undefined : t('console.account.agents.off')}
          onClick={onEnter}
        >
          <span aria-hidden="true">{t('console.account.loginAs.open')}</span>
          <span className="unseen">
            {t('console.account.loginAs.openName', { name: isolate(name) })}
          </span>
        </Button>
      )}
    </li>
  );
}

function LastEntered({ at }: { at: number | null }) {
  const { t } = useTranslation();
  if (at === null) return t('console.account.agents.never');
  return (
    <Phrase
      of="console.account.agents.entered"
      parts={{ time: <Time key="time" at={new Date(at * 1000)} /> }}
    />
  );
}
