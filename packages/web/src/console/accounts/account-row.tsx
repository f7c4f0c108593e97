import { ActionIcon, Menu } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icons.tsx';
import { isolate } from '../../ui/phrase.tsx';
import { Time } from '../../ui/time.tsx';
import { useMember } from '../member.ts';
import { StatusBadge } from '../status-badge.tsx';
import { copyAndSay } from '../toast.tsx';
import type { AccountListed } from './account-list.ts';

/** One account; wherever it is clicked it opens. */
export function AccountRow({ account }: { account: AccountListed }) {
  const { account_name, account_id, server, builder_url, agents, changed } = account;
  const host = hostOf(builder_url);
  return (
    <tr>
      <th scope="row" className="col-name">
        <AccountLink account={account} />
        <span className="list-under" dir="ltr">
          {server} · {account_id}
        </span>
      </th>
      <td className="col-id">{account_id}</td>
      <td className="col-server">
        <bdi dir="ltr">{server}</bdi>
      </td>
      <td className="col-status">
        <StatusBadge on={account.account_status === 'active'} held={account.held !== undefined} />
      </td>
      <td className="col-agents">{agents}</td>
      <td className="col-builder" dir="ltr" title={host}>
        {host ?? <span aria-hidden="true">—</span>}
      </td>
      <td className="col-changed">
        <Time at={new Date(changed * 1000)} show="date" />
      </td>
      <td className="col-menu">
        <RowMenu account={account} name={isolate(account_name)} />
      </td>
    </tr>
  );
}

function AccountLink({
  account: { account_name, account_id, server },
}: {
  account: AccountListed;
}) {
  const { partner } = useMember();
  return (
    <Link
      to="/p/$partner/accounts/$server/$accountId"
      params={{ partner: String(partner), server, accountId: account_id }}
      dir="auto"
      className="own-direction"
      title={account_name}
    >
      {account_name}
    </Link>
  );
}

function RowMenu({ account, name }: { account: AccountListed; name: string }) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const { account_name, account_id, server, builder_url } = account;
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="quiet" aria-label={t('list.actions', { name })}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<Icon name="arrow" />}
          renderRoot={(props) => (
            <Link
              to="/p/$partner/accounts/$server/$accountId"
              params={{ partner: String(partner), server, accountId: account_id }}
              {...props}
            />
          )}
        >
          {t('list.open')}
        </Menu.Item>
        {hostOf(builder_url) && (
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
          onClick={() => copyAndSay(account_id, t('list.idCopied', { id: account_id }))}
        >
          {t('list.copyId')}
        </Menu.Item>
        <Menu.Item
          leftSection={<Icon name="copy" />}
          onClick={() => copyAndSay(account_name, t('list.nameCopied', { name }))}
        >
          {t('list.copyName')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Undefined for what is no link of the web. */
function hostOf(link: string): string | undefined {
  const url = URL.parse(link);
  return url && /^https?:$/.test(url.protocol) ? url.hostname : undefined;
}
