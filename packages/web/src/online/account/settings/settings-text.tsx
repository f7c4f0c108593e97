import { type AccountSettings, weekdays } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { spanText } from '../../../activity/hours-words.ts';
import { weekdayName } from '../../../ui/time.tsx';
import { ZoneName } from './time-zone-field.tsx';

/** The account's own settings for those who may read them only. */
export function SettingsText({ settings }: { settings: AccountSettings }) {
  const { t, i18n } = useTranslation();
  const nextDay = t('settings.hours.nextDay');
  return (
    <section className="panel stack" aria-labelledby="own-settings">
      <div>
        <h2 id="own-settings">{t('settings.own')}</h2>
        <p className="muted small">{t('settings.administratorsOnly')}</p>
      </div>
      <dl className="facts">
        <dt>{t('settings.language')}</dt>
        <dd>{t(`language.${settings.language}`)}</dd>
        <dt>{t('settings.time_zone')}</dt>
        <dd>
          <ZoneName zone={settings.time_zone} />
        </dd>
        <dt>{t('settings.support_email')}</dt>
        <dd>
          {settings.support_email ? (
            <bdi dir="ltr">{settings.support_email}</bdi>
          ) : (
            t('common.none')
          )}
        </dd>
      </dl>
      <h3>{t('settings.business_hours')}</h3>
      <dl className="facts">
        {weekdays.map((day) => (
          <div key={day}>
            <dt>{weekdayName(day, i18n.language)}</dt>
            <dd>
              {settings.business_hours[day].map((span) => spanText(span, nextDay)).join(', ') || (
                <span className="muted">{t('settings.closed')}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
