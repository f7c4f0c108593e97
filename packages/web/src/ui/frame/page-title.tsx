import { type ReactNode, useEffect, useRef } from 'react';
import './page-title.css';

type Props = {
  title: string;
  /** What the heading shows where that is more than the title's text. */
  heading?: ReactNode;
  /** What the tab says beside the title: the account's name where one is open. */
  within?: string;
  /** At most one sentence. */
  sentence?: ReactNode;
  action?: ReactNode;
};

let opened = false;

/** The page's one h1: names the tab, and takes the focus when the page was navigated to. */
export function PageTitle({
  title,
  heading = title,
  within = 'Switchboard',
  sentence,
  action,
}: Props) {
  const ref = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · ${within}`;
  }, [title, within]);

  useEffect(() => {
    if (opened) ref.current?.focus();
    opened = true;
  }, []);

  return (
    <header className="page-title">
      <div>
        <h1 ref={ref} tabIndex={-1}>
          {heading}
        </h1>
        {sentence && <p className="muted">{sentence}</p>}
      </div>
      {action}
    </header>
  );
}
