import { useTranslation } from 'react-i18next';
import { Icon } from '../ui/icons.tsx';
import { Time, weekdayName } from '../ui/time.tsx';
import { type Change, type Changes, changesOf, wordOf } from './activity-words.ts';

/** What an event changed, before and after, beside what its sentence says. */
export function ChangeList({ type, changes }: { type: string; changes: Changes }) {
  const { t } = useTranslation();
  const lines = changesOf(type, changes, t('settings.hours.nextDay'));
  if (lines.length === 0) return null;
  return (
    <dl className="activity-changes">
      {lines.map((change) => (
        <ChangeLine key={change.key + (change.day ?? '')} change={change} />
      ))}
    </dl>
  );
}

function ChangeLine({ change: { key, day, from, to } }: { change: Change }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <dt>
        {i18n.exists(`change.${key}`) ? t(`change.${key}`) : t('change.other')}
        {day && ` · ${weekdayName(day, i18n.language)}`}
      </dt>
      <dd>
        {from !== null && from !== undefined && (
          <>
            <del>
              <Value of={key} value={from} />
            </del>
            <Icon name="arrow" />
          </>
        )}
        <ins>
          <Value of={key} value={to} />
        </ins>
      </dd>
    </>
  );
}

const codeLike = new Set(['builder_url', 'reference', 'time_zone', 'url', 'support_url']);
const moments = new Set(['old_secret_expires', 'previous_until']);
const leftToRight = new Set(['business_hours', 'support_email', 'email']);

function Value({ of, value }: { of: string; value: unknown }) {
  const { t } = useTranslation();
  const word = wordOf(of, value);
  if (word) return t(word);
  if (moments.has(of) && typeof value === 'number') return <Time at={new Date(value * 1000)} />;
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (codeLike.has(of) || typeof value === 'object')
    return (
      <span dir="ltr" className="code">
        {text}
      </span>
    );
  return <bdi dir={leftToRight.has(of) ? 'ltr' : undefined}>{text}</bdi>;
}
