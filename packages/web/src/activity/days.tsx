import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTimes } from '../ui/time.tsx';
import { byDay } from './activity-words.ts';

type Props<E> = {
  /** In the order in which they are shown. */
  entries: readonly E[];
  timeZone?: string | undefined;
  /** One line: a list item. */
  children: (entry: E) => ReactNode;
};

/** What happened on each day, under the day's name. */
export function Days<E extends { at: string }>({ entries, timeZone, children }: Props<E>) {
  const { t } = useTranslation();
  const { day } = useTimes(timeZone);
  const now = Date.now();
  const names = new Map([
    [day(new Date(now - 24 * 3600 * 1000)), t('activity.yesterday')],
    [day(new Date(now)), t('activity.today')],
  ]);
  return byDay(entries, ({ at }) => day(new Date(at))).map(([date, some]) => (
    <section key={date} aria-label={names.get(date) ?? date}>
      <h2 title={date}>{names.get(date) ?? date}</h2>
      <ol>{some.map(children)}</ol>
    </section>
  ));
}
