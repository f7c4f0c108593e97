import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConsoleRefusal } from '../../api/console-refusal.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useMember } from '../member.ts';
import { type Account, accountQuery } from './account-calls.ts';
import { AccountHead } from './account-head.tsx';
import { ActivityCard } from './cards/activity-card.tsx';
import { AgentsCard } from './cards/agents-card.tsx';
import { BuilderCard } from './cards/builder-card.tsx';
import { DetailsCard } from './cards/details-card.tsx';
import { SignedInCard } from './cards/signed-in-card.tsx';
import { SettingsForm } from './settings/settings-form.tsx';
import { SettingsText } from './settings/settings-text.tsx';
import { OffBanner } from './switch/off-banner.tsx';
import { type Receipt, ReceiptNotice } from './switch/receipt.tsx';
import '../../activity/activity.css';
import './account.css';

export function AccountPage() {
  const { partner, name } = useMember();
  const { server, accountId } = getRouteApi('/p/$partner/accounts/$server/$accountId').useParams();
  const key = { account_id: Number(accountId), server };
  const { data, error, refetch } = useQuery(accountQuery(partner, key));
  if (error instanceof ConsoleRefusal && gone.has(error.code)) return <NoSuchAccount />;
  // What one account was told is not another's.
  if (data) return <OpenAccount key={`${server}.${accountId}`} account={data} failure={error} />;
  if (error)
    return (
      <>
        <PageTitle title={`${server} · ${accountId}`} within={name} />
        <FailureNote failure={error} retry={refetch} />
      </>
    );
  return <AccountLoading />;
}

const gone = new Set<string>(['account_not_found', 'server_not_found', 'account_id_invalid']);

function OpenAccount({ account, failure }: { account: Account; failure: Error | null }) {
  const { t } = useTranslation();
  const { changes, role } = useMember();
  const [receipt, setReceipt] = useState<Receipt>();
  return (
    <>
      <AccountHead account={account} onReceipt={setReceipt} />
      <div className="stack account-page">
        <FailureNote failure={failure} />
        {!changes && (
          <Notice kind="locked">
            {t('console.account.readOnly', { role: t(`memberRole.${role}`) })}
          </Notice>
        )}
        {account.account_status === 0 && <OffBanner account={account} onReceipt={setReceipt} />}
        {receipt && (
          <ReceiptNotice
            key={receipt.revision}
            of={receipt}
            account={account}
            onReceipt={setReceipt}
          />
        )}
        <div className="account-columns">
          <div className="stack">
            {changes ? (
              <SettingsForm account={account} onReceipt={setReceipt} />
            ) : (
              <SettingsText account={account} />
            )}
            <AgentsCard account={account} />
          </div>
          <div className="stack account-side">
            <SignedInCard account={account} />
            <BuilderCard account={account} />
            <DetailsCard account={account} />
          </div>
        </div>
        <ActivityCard account={account} />
      </div>
    </>
  );
}

/** In the places of what is on its way. */
function AccountLoading() {
  return (
    <div className="stack account-page">
      <Loading height={52} />
      <div className="account-columns">
        <div className="stack">
          <Loading height={340} />
          <Loading height={200} />
        </div>
        <div className="stack account-side">
          <Loading height={120} />
          <Loading height={120} />
          <Loading height={220} />
        </div>
      </div>
    </div>
  );
}

function NoSuchAccount() {
  const { t } = useTranslation();
  const { partner, name } = useMember();
  return (
    <>
      <PageTitle
        title={t('console.account.noneTitle')}
        within={name}
        sentence={t('console.account.noneSentence')}
      />
      <Link to="/p/$partner/accounts" params={{ partner: String(partner) }}>
        {t('console.account.toList')}
      </Link>
    </>
  );
}
