import type { ConsoleAnswer, PartnerOfPerson } from '@switchboard/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { PersonMenu } from '../signing-in/person-menu.tsx';
import { Frame } from '../ui/frame/frame.tsx';
import { Icon } from '../ui/icons.tsx';

const pages = [
  { to: '/p/$partner/accounts', name: 'list.title', icon: 'accounts' },
  { to: '/p/$partner/activity', name: 'activity.title', icon: 'activity' },
  { to: '/p/$partner/credentials', name: 'console.credentials', icon: 'key' },
  { to: '/p/$partner/people', name: 'console.people', icon: 'agents' },
  { to: '/p/$partner/partner-profile', name: 'console.partner', icon: 'building' },
] as const;

type Props = {
  home: ConsoleAnswer | undefined;
  /** Whose pages the bar shows; without one it shows the way to the partners. */
  partner: PartnerOfPerson | undefined;
  children: ReactNode;
};

/** The bar with the partner's pages, and the page beside it. */
export function ConsoleFrame({ home, partner, children }: Props) {
  const { t } = useTranslation();
  const several = (home?.partners.length ?? 0) > 1;
  return (
    <div className="console">
      <Frame
        name={partner?.name}
        pages={partner && <PageLinks partner={String(partner.partner)} />}
        foot={
          <PersonMenu person={home?.person} role={partner && t(`memberRole.${partner.role}`)}>
            {(several || !partner) && (
              <Link to="/" activeOptions={{ exact: true }} className="bar-item">
                <Icon name="building" />
                <span>{t(partner ? 'console.otherPartner' : 'console.toPartner')}</span>
              </Link>
            )}
            <Link to="/profile" className="bar-item">
              <Icon name="person" />
              <span>{t('profile.title')}</span>
            </Link>
            <a href="/developers" className="bar-item">
              <Icon name="code" />
              <span>{t('console.developers')}</span>
            </a>
          </PersonMenu>
        }
      >
        {children}
      </Frame>
    </div>
  );
}

function PageLinks({ partner }: { partner: string }) {
  const { t } = useTranslation();
  return pages.map(({ to, name, icon }) => (
    <Link key={to} to={to} params={{ partner }} className="bar-item">
      <Icon name={icon} />
      <span>{t(name)}</span>
    </Link>
  ));
}
