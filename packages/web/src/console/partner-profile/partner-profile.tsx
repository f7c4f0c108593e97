import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useMember } from '../member.ts';
import { DisabledPreview } from './disabled-preview.tsx';
import { partnerProfileQuery } from './profile-calls.ts';
import { ProfileForm } from './profile-form.tsx';
import { ProfileText } from './profile-text.tsx';
import '../settings-pages.css';
import './partner-profile.css';

/** The partner's name, whom its customers' people ask, and what its own people need. */
export function PartnerProfilePage() {
  const { t } = useTranslation();
  const { partner, name, administers } = useMember();
  const { data, error, refetch } = useQuery(partnerProfileQuery(partner));
  return (
    <>
      <PageTitle
        title={t('console.partner')}
        within={name}
        sentence={t('partnerProfile.sentence')}
      />
      <div className="stack">
        {!administers && <Notice kind="locked">{t('partnerProfile.administratorsOnly')}</Notice>}
        <FailureNote failure={error} retry={refetch} />
        {!data && !error && <Loading height={400} />}
        {data && administers && <ProfileForm saved={data} />}
        {data && !administers && (
          <div className="partner-profile">
            <ProfileText profile={data} />
            <DisabledPreview profile={data} />
          </div>
        )}
      </div>
    </>
  );
}
