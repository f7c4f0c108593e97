import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { profileQuery } from '../../api/profile.ts';
import { ApiFailure } from '../../api/request.ts';
import { accountsQuery } from '../../api/workspace.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { rememberedAccount } from '../account/open-account.ts';
import { Frame } from '../frame.tsx';
import { ProfileDevices } from './profile-devices.tsx';
import { ProfileFactor } from './profile-factor.tsx';
import { ProfilePassword } from './profile-password.tsx';
import { ProfilePerson } from './profile-person.tsx';
import './profile.css';

export function ProfilePage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(profileQuery);
  const byLink = error instanceof ApiFailure && error.code === 'link_session';
  return (
    <ProfileFrame>
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
    </ProfileFrame>
  );
}

/** The frame of the account that one came from, or of the only one. */
function ProfileFrame({ children }: { children: ReactNode }) {
  const { data } = useQuery(accountsQuery);
  const open = data?.accounts.filter((account) => account.state === 'open') ?? [];
  const came = open.find((account) => account.account_id === rememberedAccount());
  const account = came ?? (data?.accounts.length === 1 ? open[0] : undefined);
  return (
    <Frame
      account={
        account && { id: account.account_id, name: account.account_name, role: account.role }
      }
      byLink={data?.signed_in_by_link ?? false}
    >
      {children}
    </Frame>
  );
}
