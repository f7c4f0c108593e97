import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { profileQuery } from '../../api/profile.ts';
import { Notice } from '../../ui/notice.tsx';
import { Phrase } from '../../ui/phrase.tsx';

/** Whoever asks others for a second factor and has none shuts themselves out, too. */
export function OwnFactor() {
  const { t } = useTranslation();
  const { data } = useQuery(profileQuery);
  if (data?.second_factor !== 'none') return null;
  const profile = (
    <Link key="profile" to="/profile">
      {t('profile.title')}
    </Link>
  );
  return (
    <Notice kind="wait">
      <Phrase of="partnerProfile.youHaveNone" parts={{ profile }} />
    </Notice>
  );
}
