import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Icon } from '../../ui/icons.tsx';
import { isolate, Phrase } from '../../ui/phrase.tsx';
import { Time } from '../../ui/time.tsx';
import { useMember } from '../member.ts';
import type { Credential } from './credential-calls.ts';
import type { CredentialTask } from './credentials.tsx';

type Props = {
  credential: Credential;
  onBegin: (task: CredentialTask, credential: Credential) => void;
};

const tasks: readonly CredentialTask[] = ['rename', 'rotate', 'revoke'];

export function CredentialRow({ credential, onBegin }: Props) {
  const { t } = useTranslation();
  const { administers } = useMember();
  const { name, client_id, mode, state, create_time } = credential;
  const called = name || client_id;
  return (
    <tr className={state === 'revoked' ? 'credential-over' : undefined}>
      <td className="people-name">
        <strong className={name ? undefined : 'credential-unnamed'}>
          {name ? <bdi>{name}</bdi> : t('credentials.unnamed')}
        </strong>
        <span className="credential-id">
          <span dir="ltr" className="code">
            {client_id}
          </span>
          <CopyButton
            text={client_id}
            label={t('common.copy')}
            small
            about={t('credentials.copyId', { name: isolate(called) })}
          />
        </span>
      </td>
      <td data-label={t('credentials.mode')}>{t(`credentials.modes.${mode}`)}</td>
      <td data-label={t('credentials.state')}>
        <span className={`badge ${state === 'active' ? 'is-on' : 'is-off'}`}>
          <Icon name={state === 'active' ? 'check' : 'close'} />
          {t(`credentials.states.${state}`)}
        </span>
      </td>
      <td data-label={t('credentials.made')}>
        <Time at={new Date(create_time * 1000)} show="date" />
      </td>
      <td data-label={t('credentials.used')}>
        <LastUse of={credential} />
      </td>
      {administers && (
        <td>
          {state === 'active' && (
            <div className="people-actions">
              {tasks.map((task) => (
                <Button
                  key={task}
                  variant="subtle"
                  color="quiet"
                  size="compact-sm"
                  aria-label={t(`credentials.${task}Name`, { name: isolate(called) })}
                  onClick={() => onBegin(task, credential)}
                >
                  {t(`credentials.${task}`)}
                </Button>
              ))}
            </div>
          )}
        </td>
      )}
    </tr>
  );
}

/** When and from where; during the overlap of a rotation of the old secret, too. */
function LastUse({ of }: { of: Credential }) {
  const { t } = useTranslation();
  const { last_used_time: used, last_used_address: address, old_secret: old } = of;
  return (
    <div className="credential-use">
      {used === null ? (
        <span className="muted">{t('credentials.never')}</span>
      ) : (
        <span className="credential-used">
          <Time at={new Date(used * 1000)} />
          {address && (
            <span dir="ltr" className="code muted">
              {address}
            </span>
          )}
        </span>
      )}
      {old && (
        <span className={old.last_used_time === null ? 'muted' : 'is-wait'}>
          <Phrase
            of={old.last_used_time === null ? 'credentials.oldUnused' : 'credentials.oldUsed'}
            parts={{
              end: <Time key="end" at={new Date(old.expires_time * 1000)} />,
              used: <Time key="used" at={new Date((old.last_used_time ?? 0) * 1000)} />,
            }}
          />
        </span>
      )}
    </div>
  );
}
