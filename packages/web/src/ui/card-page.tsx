import type { ReactNode } from 'react';
import { PageTitle } from './frame/page-title.tsx';
import { Mark } from './mark.tsx';
import { LanguageSwitch, ThemeSwitch } from './switches.tsx';
import './card-page.css';

type Props = {
  title: string;
  sentence?: ReactNode;
  /** The mark is drawn open, in the colour of off. */
  disabled?: boolean;
  children?: ReactNode;
};

/** One card, centred, nothing else but language and theme under it. */
export function CardPage({ title, sentence, disabled = false, children }: Props) {
  return (
    <div className="card-page">
      <main className="card">
        <div className={disabled ? 'is-off' : 'card-mark'}>
          <Mark open={disabled} />
        </div>
        <PageTitle title={title} sentence={sentence} />
        {children}
      </main>
      <footer>
        <LanguageSwitch />
        <ThemeSwitch />
      </footer>
    </div>
  );
}
