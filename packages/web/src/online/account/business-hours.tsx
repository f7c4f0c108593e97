import { Checkbox, NativeSelect } from '@mantine/core';
import { type BusinessHours, type Weekday, weekdays } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { weekdayName } from '../../ui/time.tsx';

const STEP_MINUTES = 15;
const START = { open: '09:00', close: '17:00' };

const ends = ['open', 'close'] as const;

const two = (value: number) => String(value).padStart(2, '0');
const clocks = Array.from({ length: (24 * 60) / STEP_MINUTES + 1 }, (_, index) => {
  const minutes = index * STEP_MINUTES;
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
});
/** Every quarter of an hour, and the present value where it lies between. */
const choices = (present: string) => [...new Set([...clocks, present])].sort();

type Props = {
  hours: BusinessHours;
  disabled: boolean;
  /** Parts that the contract refused, as `business_hours.mon`. */
  wrong: Set<string>;
  onChange: (hours: BusinessHours) => void;
};

export function BusinessHoursField({ hours, disabled, wrong, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const set = (day: Weekday, open: BusinessHours[Weekday]) => onChange({ ...hours, [day]: open });
  return (
    <fieldset className="hours" disabled={disabled}>
      <legend>{t('settings.business_hours')}</legend>
      {weekdays.map((day) => {
        const open = hours[day];
        const name = weekdayName(day, i18n.language);
        const failed = wrong.has(`business_hours.${day}`);
        return (
          <div key={day} className="hours-day">
            <Checkbox
              label={name}
              checked={open !== null}
              onChange={({ target }) => set(day, target.checked ? START : null)}
            />
            {open === null && (
              <span className="muted small hours-closed">{t('settings.closed')}</span>
            )}
            {open &&
              ends.map((end) => [
                end === 'close' && (
                  <span key="to" aria-hidden="true">
                    –
                  </span>
                ),
                <NativeSelect
                  key={end}
                  dir="ltr"
                  aria-label={t(`settings.hours.${end}`, { day: name })}
                  aria-invalid={failed}
                  aria-describedby={failed ? `${day}-error` : undefined}
                  value={open[end]}
                  data={choices(open[end])}
                  onChange={({ target }) => set(day, { ...open, [end]: target.value })}
                />,
              ])}
            {failed && (
              <p id={`${day}-error`} className="hours-error small" role="alert">
                {t('field.hours')}
              </p>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}
