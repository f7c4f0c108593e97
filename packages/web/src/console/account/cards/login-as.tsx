import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { consoleCall } from '../../../api/console.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Icon } from '../../../ui/icons.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Phrase } from '../../../ui/phrase.tsx';
import { useMember } from '../../member.ts';
import type { AccountKey } from '../account-calls.ts';
import type { Agent } from './agents-card.tsx';

type Props = { account: AccountKey; agent: Agent; onClose: () => void };

/** Warns, then opens the account as the agent in a tab of its own. */
export function LoginAs({ account: { account_id, server }, agent, onClose }: Props) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const link = useMutation({
    mutationFn: async (tab: Window | null) => {
      const sent = { accountID: account_id, agentID: agent.id, server };
      try {
        const { login } = await consoleCall(partner, 'POST online/loginAgent', sent);
        if (tab) tab.location.replace(login);
        return tab ? undefined : login;
      } catch (failure) {
        tab?.close();
        throw failure;
      }
    },
    onSuccess: (left) => {
      if (left === undefined) onClose();
    },
  });
  const enter = () => {
    // Opened while the click lasts: later a browser takes it for one that nobody asked for.
    const tab = window.open('', '_blank');
    if (tab) tab.opener = null;
    link.mutate(tab);
  };
  const name = <bdi key="name">{agent.agent_name || agent.email}</bdi>;
  return (
    <Dialog
      title={<Phrase of="console.account.loginAs.title" parts={{ name }} />}
      opened
      onClose={onClose}
    >
      <div className="stack">
        <Notice kind="wait">{t('console.account.loginAs.warning')}</Notice>
        <p role="status">
          {t(`console.account.loginAs.${link.data === undefined ? 'sentence' : 'blocked'}`)}
        </p>
        <FailureNote failure={link.error} />
        <div className="row">
          {link.data === undefined ? (
            <Button
              variant="filled"
              leftSection={<Icon name="external" />}
              loading={link.isPending}
              onClick={enter}
            >
              {t('console.account.loginAs.submit')}
              <span className="unseen">{t('common.newTab')}</span>
            </Button>
          ) : (
            // The browser let no tab be opened.
            <Button
              component="a"
              ref={focus}
              href={link.data}
              target="_blank"
              rel="noopener noreferrer"
              variant="filled"
              onClick={onClose}
            >
              {t('console.account.loginAs.go')}
              <span className="unseen">{t('common.newTab')}</span>
            </Button>
          )}
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** What was pressed is gone: its place has this. */
const focus = (link: HTMLAnchorElement | null) => link?.focus();
