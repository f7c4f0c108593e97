import { type BusinessHours, type Weekday, weekdays } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { BusinessDay } from './business-day.tsx';

type Props = {
  hours: BusinessHours;
  /** Parts that the contract refused, as `business_hours.mon`. */
  wrong: Set<string>;
  onChange: (hours: BusinessHours) => void;
};

export function BusinessHoursField({ hours, wrong, onChange }: Props) {
  const { t } = useTranslation();
  const copy = (from: Weekday) => {
    const everyDay = weekdays.map((day) => [day, hours[from]]);
    onChange(Object.fromEntries(everyDay) as BusinessHours);
  };
  return (
    <fieldset className="hours">
      <legend>{t('settings.business_hours')}</legend>
      <p className="muted small">{t('settings.hours.why')}</p>
      {weekdays.map((day) => (
        <BusinessDay
          key={day}
          day={day}
          spans={hours[day]}
          failed={wrong.has(`business_hours.${day}`)}
          onChange={(spans) => onChange({ ...hours, [day]: spans })}
          onCopy={() => copy(day)}
        />
      ))}
    </fieldset>
  );
}
