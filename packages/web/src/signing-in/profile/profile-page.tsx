import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { profileQuery } from '../../api/profile.ts';
import { ApiFailure } from '../../api/request.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { ProfileDevices } from './profile-devices.tsx';
import { ProfileFactor } from './profile-factor.tsx';
import { ProfilePassword } from './profile-password.tsx';
import { ProfilePerson } from './profile-person.tsx';
import './profile.css';

/** The person's own page, whatever app they are in: it stands in that app's frame. */
export function Profile() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(profileQuery);
  const byLink = error instanceof ApiFailure && error.code === 'link_session';
  return (
    <>
      <PageTitle
        title={t('profile.title')}
        sentence={
          data && (
            <bdi dir="ltr" className="profile-email">
              {data.person.email}
            </bdi>
          )
        }
      />
      <div className="stack">
        {byLink && <Notice kind="wait">{t('profile.byLink')}</Notice>}
        {!byLink && <FailureNote failure={error} retry={refetch} />}
        {!data && !error && <Loading height={480} />}
        {data && (
          <>
            <ProfilePerson person={data.person} />
            <ProfilePassword email={data.person.email} />
            <ProfileFactor profile={data} />
            <ProfileDevices devices={data.devices} />
          </>
        )}
      </div>
    </>
  );
}
