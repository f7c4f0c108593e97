import type { Role } from '@switchboard/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { accountsQuery } from '../api/workspace.ts';
import { PersonMenu } from '../signing-in/person-menu.tsx';
import { Frame as SharedFrame } from '../ui/frame/frame.tsx';
import { Icon } from '../ui/icons.tsx';

const pages = [
  { to: '/accounts/$accountId/workflow-builder', name: 'builder.title', icon: 'flow' },
  { to: '/accounts/$accountId/settings', name: 'settings.title', icon: 'settings' },
  { to: '/accounts/$accountId/agents', name: 'agents.title', icon: 'agents' },
  { to: '/accounts/$accountId/activity', name: 'activity.title', icon: 'activity' },
] as const;

type Props = {
  /** The account whose pages the bar shows; without one it shows the way to the accounts. */
  account: { id: number; name: string; role?: Role } | undefined;
  byLink: boolean;
  children: ReactNode;
};

/** The bar with the account's pages, and the page beside it. */
export function Frame({ account, byLink, children }: Props) {
  const { t } = useTranslation();
  const data = useQuery(accountsQuery).data;
  const several = (data?.accounts.length ?? 0) > 1;
  return (
    <SharedFrame
      name={account?.name}
      note={byLink ? t('frame.byLink') : undefined}
      pages={
        account ? (
          pages.map(({ to, name, icon }) => (
            <Link key={to} to={to} params={{ accountId: String(account.id) }} className="bar-item">
              <Icon name={icon} />
              <span>{t(name)}</span>
            </Link>
          ))
        ) : (
          <Link to="/accounts" className="bar-item">
            <Icon name="accounts" />
            <span>{t('accounts.title')}</span>
          </Link>
        )
      }
      foot={
        <PersonMenu person={data?.person} role={account?.role && t(`role.${account.role}`)}>
          {account && several && (
            <Link to="/accounts" activeOptions={{ exact: true }} className="bar-item">
              <Icon name="accounts" />
              <span>{t('frame.otherAccount')}</span>
            </Link>
          )}
          <Link to="/profile" className="bar-item">
            <Icon name="person" />
            <span>{t('profile.title')}</span>
          </Link>
        </PersonMenu>
      }
    >
      {children}
    </SharedFrame>
  );
}
