import { useTranslation } from 'react-i18next';
import { Mark } from '../ui/mark.tsx';

/** Colour, word and drawing. */
export function StatusBadge({ on, held }: { on: boolean; held: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={on ? 'badge is-on' : 'badge is-off'}>
      <Mark open={!on} />
      {t(held ? 'status.held' : on ? 'status.active' : 'status.disabled')}
    </span>
  );
}
