import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';
import './notice.css';

type Kind = 'good' | 'bad' | 'wait' | 'locked';

const icons: Record<Kind, IconName> = {
  good: 'check',
  bad: 'warning',
  wait: 'info',
  locked: 'lock',
};

/** A result where its cause is: what went wrong is said at once, what went well when it suits. */
export function Notice({ kind, children }: { kind: Kind; children: ReactNode }) {
  return (
    <div className={`notice notice-${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <Icon name={icons[kind]} />
      <div>{children}</div>
    </div>
  );
}
