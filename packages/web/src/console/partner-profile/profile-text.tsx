import { useTranslation } from 'react-i18next';
import type { PartnerProfile } from './profile-calls.ts';

const contact = ['support_name', 'support_email', 'support_url'] as const;

/** For those who only read it. */
export function ProfileText({ profile }: { profile: PartnerProfile }) {
  const { t } = useTranslation();
  return (
    <dl className="panel profile-text">
      <dt>{t('common.name')}</dt>
      <dd>
        <bdi>{profile.name}</bdi>
      </dd>
      {contact.map((name) => (
        <div key={name} className="profile-pair">
          <dt>{t(`partnerProfile.${name}`)}</dt>
          <dd>
            {profile[name] ? (
              <bdi dir={name === 'support_name' ? undefined : 'ltr'}>{profile[name]}</bdi>
            ) : (
              <span className="muted">{t('common.none')}</span>
            )}
          </dd>
        </div>
      ))}
      <dt>{t('secondFactor.title')}</dt>
      <dd>{t(`partnerProfile.factor.${profile.requires_second_factor}`)}</dd>
    </dl>
  );
}
