import { useTranslation } from 'react-i18next';
import { Mark } from '../../ui/mark.tsx';
import type { Account } from './account-calls.ts';

type Props = { account: Pick<Account, 'account_status' | 'held'> };

/** Colour, word and drawing. */
export function StatusBadge({ account: { account_status, held } }: Props) {
  const { t } = useTranslation();
  const on = account_status === 1;
  return (
    <span className={on ? 'badge is-on' : 'badge is-off'}>
      <Mark open={!on} />
      {t(held ? 'console.account.held.badge' : on ? 'status.active' : 'status.disabled')}
    </span>
  );
}
