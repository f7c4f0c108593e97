import type { Role } from '@switchboard/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { changeProfile } from '../api/profile.ts';
import { accountsQuery } from '../api/workspace.ts';
import { SignOutButton } from '../signing-in/sign-out.tsx';
import { Icon } from '../ui/icons.tsx';
import { LanguageSwitch, ThemeSwitch } from '../ui/switches.tsx';
import './person-menu.css';

const ID = 'menu';

/** In the bar's head, on small screens. */
export function MenuButton() {
  const { t } = useTranslation();
  return (
    <button type="button" className="bar-menu" popoverTarget={ID} aria-label={t('frame.menu')}>
      <Icon name="menu" />
    </button>
  );
}

type Props = { role: Role | undefined; hasAccount: boolean };

/** Who I am, at the bar's foot, and the menu that opens from there or from the head's button. */
export function PersonMenu({ role, hasAccount }: Props) {
  const { t } = useTranslation();
  const menu = useRef<HTMLDivElement>(null);
  const several = (useQuery(accountsQuery).data?.accounts.length ?? 0) > 1;
  const close = () => menu.current?.hidePopover();

  return (
    <>
      <button type="button" className="person" popoverTarget={ID}>
        <WhoIAm role={role} />
        <Icon name="unfold" />
        <span className="unseen">{t('frame.menu')}</span>
      </button>
      <div id={ID} ref={menu} popover="auto" className="person-menu">
        <div className="person">
          <WhoIAm role={role} />
        </div>
        {hasAccount && several && (
          <Link to="/accounts" activeOptions={{ exact: true }} className="bar-item" onClick={close}>
            <Icon name="accounts" />
            <span>{t('frame.otherAccount')}</span>
          </Link>
        )}
        <Link to="/profile" className="bar-item" onClick={close}>
          <Icon name="person" />
          <span>{t('profile.title')}</span>
        </Link>
        {/* The choice is kept for this browser in any case; a link session keeps no more. */}
        <LanguageSwitch
          onSwitch={(language) => void changeProfile({ language }).catch(() => undefined)}
        />
        <ThemeSwitch />
        <SignOutButton />
      </div>
    </>
  );
}

function WhoIAm({ role }: { role: Role | undefined }) {
  const { t } = useTranslation();
  const person = useQuery(accountsQuery).data?.person;
  return (
    <span className="person-who">
      <strong dir="auto" className="own-direction" title={person?.name}>
        {person?.name}
      </strong>
      <span dir="ltr" className="own-direction" title={person?.email}>
        {person?.email}
      </span>
      {role && <span>{t(`role.${role}`)}</span>}
    </span>
  );
}
