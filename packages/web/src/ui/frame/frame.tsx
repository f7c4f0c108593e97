import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icons.tsx';
import { Mark } from '../mark.tsx';
import './frame.css';

/** Of the menu that the head's button opens on small screens. */
export const MENU_ID = 'menu';

type Props = {
  /** Whose pages the bar shows; without one it says the product's name. */
  name: string | undefined;
  note?: ReactNode;
  /** The links to the pages. */
  pages: ReactNode;
  /** Who I am, with the menu. */
  foot: ReactNode;
  children: ReactNode;
};

/** The bar at the start side, at the bottom on a small screen, and the page beside it. */
export function Frame({ name, note, pages, foot, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className="frame">
      <a href="#main" className="unseen">
        {t('frame.skip')}
      </a>
      <header className="bar">
        <div className="bar-head">
          <Mark />
          <strong className="own-direction" title={name}>
            {name ? <bdi>{name}</bdi> : 'Switchboard'}
          </strong>
          <button
            type="button"
            className="bar-menu"
            popoverTarget={MENU_ID}
            aria-label={t('frame.menu')}
          >
            <Icon name="menu" />
          </button>
        </div>
        {note && (
          <p className="bar-note">
            <Icon name="warning" />
            <span>{note}</span>
          </p>
        )}
        <nav aria-label={t('frame.pages')} className="bar-pages">
          {pages}
        </nav>
        {foot}
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}
