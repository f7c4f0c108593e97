import { Button } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { numberIn } from '../../locales/intl.ts';
import { PAGE } from './account-list.ts';
import type { AccountsSearch } from './accounts-search.ts';

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The cursors of the pages before this one; the first page has none, written `""`. */
    before?: string[];
  }
}

type Props = {
  search: AccountsSearch;
  shown: number;
  all: number;
  next: string | undefined;
};

/** Which ones are shown, and the pages before and after; each is an address of its own. */
export function AccountsPager({ search, shown, all, next }: Props) {
  const { t, i18n } = useTranslation();
  const state = useLocation({ select: ({ state }) => state.before });
  const { cursor } = search;
  const before = cursor ? state : [];
  const number = numberIn(i18n.language);
  const from = before && before.length * PAGE + 1;
  const previous = before?.at(-1);
  return (
    <nav className="list-pager" aria-label={t('list.pages')}>
      <span className="muted">
        {from === undefined
          ? t('list.count', { count: all, number: number(all) })
          : t('list.range', {
              from: number(from),
              to: number(from + shown - 1),
              all: number(all),
            })}
      </span>
      {cursor && (
        <Button
          size="compact-sm"
          variant="default"
          renderRoot={(props) => (
            <Link
              to="."
              from="/p/$partner/accounts"
              search={{ ...search, cursor: previous || undefined }}
              state={{ before: before?.slice(0, -1) ?? [] }}
              activeOptions={{ exact: true }}
              {...props}
            />
          )}
        >
          {t(before?.length ? 'list.previous' : 'list.first')}
        </Button>
      )}
      {next && (
        <Button
          size="compact-sm"
          variant="default"
          renderRoot={(props) => (
            <Link
              to="."
              from="/p/$partner/accounts"
              search={{ ...search, cursor: next }}
              state={before ? { before: [...before, cursor ?? ''] } : {}}
              activeOptions={{ exact: true }}
              {...props}
            />
          )}
        >
          {t('list.next')}
        </Button>
      )}
    </nav>
  );
}
