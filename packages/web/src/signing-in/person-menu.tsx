import { type MouseEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { changeProfile } from '../api/profile.ts';
import { MENU_ID } from '../ui/frame/frame.tsx';
import { Icon } from '../ui/icons.tsx';
import { LanguageSwitch, ThemeSwitch } from '../ui/switches.tsx';
import { SignOutButton } from './sign-out.tsx';
import '../ui/frame/person-menu.css';

type Who = {
  person: { name: string; email: string } | undefined;
  /** In words of the language. */
  role: string | undefined;
};

/**
 * Who I am, at the bar's foot, and the menu that opens from there or from the head's button: the
 * links of the app, language, colours, sign out.
 */
export function PersonMenu({ person, role, children }: Who & { children: ReactNode }) {
  const { t } = useTranslation();
  const menu = useRef<HTMLDivElement>(null);
  const closeAtLink = ({ target }: MouseEvent) => {
    if ((target as Element).closest('a')) menu.current?.hidePopover();
  };

  return (
    <>
      <button type="button" className="person" popoverTarget={MENU_ID}>
        <WhoIAm person={person} role={role} />
        <Icon name="unfold" />
        <span className="unseen">{t('frame.menu')}</span>
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears of its links. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a link that Enter opens is clicked, too. */}
      <div id={MENU_ID} ref={menu} popover="auto" className="person-menu" onClick={closeAtLink}>
        <div className="person">
          <WhoIAm person={person} role={role} />
        </div>
        {children}
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

function WhoIAm({ person, role }: Who) {
  return (
    <span className="person-who">
      <strong dir="auto" className="own-direction" title={person?.name}>
        {person?.name}
      </strong>
      <span dir="ltr" className="own-direction" title={person?.email}>
        {person?.email}
      </span>
      {role && <span>{role}</span>}
    </span>
  );
}
