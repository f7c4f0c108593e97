import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Icon } from '../../ui/icons.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useOutcome } from '../../ui/outcome.tsx';
import { useMember } from '../member.ts';
import { usePasswordAgain } from '../password-again.tsx';
import { type Credential, credentialsQuery } from './credential-calls.ts';
import { CredentialRow } from './credential-row.tsx';
import { NewCredential } from './new-credential.tsx';
import { RenameCredential } from './rename-credential.tsx';
import { RevokeCredential } from './revoke-credential.tsx';
import { RotateCredential } from './rotate-credential.tsx';
import '../../people/people-table.css';
import '../settings-pages.css';
import './credentials.css';

export type CredentialTask = 'rename' | 'rotate' | 'revoke';

/** The partner's programs: each calls the API with a credential of its own. */
export function CredentialsPage() {
  const { t } = useTranslation();
  const { partner, name, administers } = useMember();
  const { data, error, refetch } = useQuery(credentialsQuery(partner));
  const [making, setMaking] = useState(false);
  const outcome = useOutcome();
  const make = () => {
    outcome.begin();
    setMaking(true);
  };
  return (
    <>
      <PageTitle
        title={t('console.credentials')}
        within={name}
        sentence={t('credentials.sentence')}
        action={
          administers && (
            <Button variant="filled" leftSection={<Icon name="add" />} onClick={make}>
              {t('credentials.new')}
            </Button>
          )
        }
      />
      <div className="stack">
        {!administers && <Notice kind="locked">{t('credentials.administratorsOnly')}</Notice>}
        {outcome.notice}
        <FailureNote failure={error} retry={refetch} />
        {!data && !error && <LoadingRows count={3} />}
        {data?.list.length === 0 && <p className="panel muted">{t('credentials.none')}</p>}
        {data && data.list.length > 0 && (
          <Table list={data.list} onBegin={outcome.begin} onDone={outcome.succeed} />
        )}
      </div>
      {administers && (
        <NewCredential opened={making} onClose={() => setMaking(false)} onDone={outcome.succeed} />
      )}
    </>
  );
}

type Outcome = ReturnType<typeof useOutcome>;
type Props = {
  list: readonly Credential[];
  onBegin: Outcome['begin'];
  onDone: Outcome['succeed'];
};

function Table({ list, onBegin, onDone }: Props) {
  const { t } = useTranslation();
  const { administers } = useMember();
  const [open, setOpen] = useState<{ task: CredentialTask; credential: Credential }>();
  const password = usePasswordAgain();
  const begin = (task: CredentialTask, credential: Credential) => {
    onBegin();
    setOpen({ task, credential });
  };
  const dialog = open && {
    credential: open.credential,
    password,
    onClose: () => setOpen(undefined),
    onDone,
  };
  return (
    <>
      <table className="people credentials">
        <thead>
          <tr>
            <th scope="col">{t('common.name')}</th>
            <th scope="col">{t('credentials.mode')}</th>
            <th scope="col">{t('credentials.state')}</th>
            <th scope="col">{t('credentials.made')}</th>
            <th scope="col">{t('credentials.used')}</th>
            {administers && <th scope="col">{t('agents.actions')}</th>}
          </tr>
        </thead>
        <tbody>
          {list.map((credential) => (
            <CredentialRow key={credential.client_id} credential={credential} onBegin={begin} />
          ))}
        </tbody>
      </table>
      {dialog && open.task === 'rename' && <RenameCredential {...dialog} />}
      {dialog && open.task === 'rotate' && <RotateCredential {...dialog} />}
      {dialog && open.task === 'revoke' && <RevokeCredential {...dialog} />}
      {password.dialog}
    </>
  );
}
