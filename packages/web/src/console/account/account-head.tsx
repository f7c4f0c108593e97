import { ActionIcon, Button, Menu } from '@mantine/core';
import { hostOfLink } from '@switchboard/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Icon } from '../../ui/icons.tsx';
import { isolate } from '../../ui/phrase.tsx';
import { useMember } from '../member.ts';
import { StatusBadge } from '../status-badge.tsx';
import { copyAndSay } from '../toast.tsx';
import type { Account } from './account-calls.ts';
import { DeleteAccount } from './delete-account.tsx';
import type { OnReceipt } from './switch/receipt.tsx';
import { SwitchOff } from './switch/switch-off.tsx';

type Props = { account: Account; onReceipt: OnReceipt };

/** Name, status, and what can be done to the whole account. */
export function AccountHead({ account, onReceipt }: Props) {
  const { changes, name } = useMember();
  const { account_name, account_id, server } = account;
  return (
    <PageTitle
      title={account_name}
      heading={<bdi>{account_name}</bdi>}
      within={name}
      sentence={
        <span className="account-line">
          <StatusBadge on={account.account_status === 1} held={account.held !== undefined} />
          <span dir="ltr" className="code">
            {server} · {account_id}
          </span>
        </span>
      }
      action={
        <div className="head-actions">
          {changes && <Switch account={account} onReceipt={onReceipt} />}
          <AccountMenu account={account} />
        </div>
      }
    />
  );
}

function Switch({ account, onReceipt }: Props) {
  const { t } = useTranslation();
  const [switching, setSwitching] = useState(false);
  // The banner says what can be done about one that is off.
  if (account.account_status === 0) return null;
  return (
    <>
      <Button variant="default" onClick={() => setSwitching(true)}>
        {t('console.account.switchOff.submit')}
      </Button>
      {switching && (
        <SwitchOff account={account} onReceipt={onReceipt} onClose={() => setSwitching(false)} />
      )}
    </>
  );
}

function AccountMenu({ account }: { account: Account }) {
  const { t } = useTranslation();
  const { changes } = useMember();
  const [deleting, setDeleting] = useState(false);
  const { account_name, account_id, builder_url } = account;
  const name = isolate(account_name);
  return (
    <>
      <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={40}
            aria-label={t('console.account.actions', { name })}
          >
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {hostOfLink(builder_url) && (
            <Menu.Item
              component="a"
              href={builder_url}
              target="_blank"
              rel="noopener noreferrer"
              leftSection={<Icon name="external" />}
            >
              {t('builder.open')}
              <span className="unseen">{t('common.newTab')}</span>
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<Icon name="copy" />}
            onClick={() => copyAndSay(String(account_id), t('common.copied'))}
          >
            {t('console.account.copyId')}
          </Menu.Item>
          <Menu.Item
            leftSection={<Icon name="copy" />}
            onClick={() => copyAndSay(account_name, t('common.copied'))}
          >
            {t('console.account.copyName')}
          </Menu.Item>
          {changes && (
            <Menu.Item leftSection={<Icon name="delete" />} onClick={() => setDeleting(true)}>
              {t('console.account.delete.open')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {deleting && <DeleteAccount account={account} onClose={() => setDeleting(false)} />}
    </>
  );
}
