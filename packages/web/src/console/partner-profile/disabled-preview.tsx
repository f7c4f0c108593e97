import { useTranslation } from 'react-i18next';
import { SupportLines } from '../../signing-in/support-contact.tsx';
import { Mark } from '../../ui/mark.tsx';
import type { PartnerProfile } from './profile-calls.ts';

type Props = {
  profile: Pick<PartnerProfile, 'support_name' | 'support_email' | 'support_url'>;
};

/** What people see whose account is off; a picture of it, whose links lead nowhere. */
export function DisabledPreview({ profile }: Props) {
  const { t } = useTranslation();
  const { support_name: name, support_email, support_url } = profile;
  // What is still being typed is not shown as a link.
  const email = support_email.includes('@') ? support_email : '';
  const url = /^https?:\/\//i.test(support_url) ? support_url : '';
  return (
    <section className="disabled-preview" aria-label={t('partnerProfile.preview')}>
      <div className="panel stack" inert>
        <p className="disabled-preview-name muted">{t('partnerProfile.preview')}</p>
        <div className="is-off">
          <Mark open />
        </div>
        <div>
          <p className="disabled-title">{t('disabled.title')}</p>
          <p className="muted">{t('disabled.sentence')}</p>
        </div>
        <SupportLines support={{ name, email, url }} />
      </div>
    </section>
  );
}
