import { ActionIcon, Checkbox, NativeSelect } from '@mantine/core';
import { MOST_SPANS, type OpenSpan, passesMidnight, type Weekday } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../../ui/icons.tsx';
import { weekdayName } from '../../../ui/time.tsx';
import { clocks, nextSpan } from './clocks.ts';

type Props = {
  day: Weekday;
  spans: OpenSpan[];
  failed: boolean;
  onChange: (spans: OpenSpan[]) => void;
  onCopy: () => void;
};

/** One weekday: closed, or its spans, each with its two hours. */
export function BusinessDay({ day, spans, failed, onChange, onCopy }: Props) {
  const { t, i18n } = useTranslation();
  const name = weekdayName(day, i18n.language);
  const next = nextSpan(spans);
  const errorId = `${day}-error`;
  return (
    <div className="hours-day">
      <Checkbox
        label={name}
        checked={spans.length > 0}
        onChange={({ target }) => onChange(target.checked && next ? [next] : [])}
      />
      {spans.length === 0 && <span className="muted small">{t('settings.closed')}</span>}
      {spans.length > 0 && (
        <ul className="hours-spans">
          {spans.map((span, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a span is its place in the day.
            <li key={index}>
              <SpanFields
                span={span}
                day={index === 0 ? name : `${name} ${index + 1}`}
                errorId={failed ? errorId : undefined}
                onChange={(changed) => onChange(spans.with(index, changed))}
              />
              <Tool
                icon="close"
                label={t('settings.hours.remove', { day: name, span: span.open })}
                onClick={() => onChange(spans.toSpliced(index, 1))}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="hours-tools">
        {spans.length > 0 && next && spans.length < MOST_SPANS && (
          <Tool
            icon="add"
            label={t('settings.hours.add', { day: name })}
            onClick={() => onChange([...spans, next])}
          />
        )}
        {spans.length > 0 && (
          <Tool icon="copy" label={t('settings.hours.copy', { day: name })} onClick={onCopy} />
        )}
      </div>
      {failed && (
        <p id={errorId} className="hours-error small" role="alert">
          {t(spans.some(({ open, close }) => open === close) ? 'field.hoursNone' : 'field.hours')}
        </p>
      )}
    </div>
  );
}

type FieldsProps = {
  span: OpenSpan;
  /** As its fields name it. */
  day: string;
  errorId: string | undefined;
  onChange: (span: OpenSpan) => void;
};

function SpanFields({ span, day, errorId, onChange }: FieldsProps) {
  const { t } = useTranslation();
  const field = (end: 'open' | 'close') => (
    <NativeSelect
      aria-label={t(`settings.hours.${end}`, { day })}
      aria-invalid={errorId !== undefined}
      aria-describedby={errorId}
      value={span[end]}
      data={clocks(end, span[end])}
      onChange={({ target }) => onChange({ ...span, [end]: target.value })}
    />
  );
  return (
    <>
      {field('open')}
      <span aria-hidden="true">–</span>
      {field('close')}
      <span className="muted small hours-next">
        {passesMidnight(span) && t('settings.hours.nextDay')}
      </span>
    </>
  );
}

type ToolProps = { icon: IconName; label: string; onClick: () => void };

const Tool = ({ icon, label, onClick }: ToolProps) => (
  <ActionIcon
    variant="subtle"
    color="quiet"
    size={44}
    aria-label={label}
    title={label}
    onClick={onClick}
  >
    <Icon name={icon} />
  </ActionIcon>
);
