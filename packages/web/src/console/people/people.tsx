import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { consoleHomeQuery } from '../../api/console-home.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Icon } from '../../ui/icons.tsx';
import { LoadingRows } from '../../ui/loading.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useOutcome } from '../../ui/outcome.tsx';
import { useMember } from '../member.ts';
import { InvitePerson } from './invite-person.tsx';
import { peopleQuery } from './people-calls.ts';
import { PersonRow } from './person-row.tsx';
import '../../people/people-table.css';
import '../settings-pages.css';

/** Who works for the partner in the console, and who is invited. */
export function PeoplePage() {
  const { t } = useTranslation();
  const { partner, name, administers } = useMember();
  const { data, error, refetch } = useQuery(peopleQuery(partner));
  const me = useQuery(consoleHomeQuery).data?.person.id;
  const [inviting, setInviting] = useState(false);
  const outcome = useOutcome();
  const invite = () => {
    outcome.begin();
    setInviting(true);
  };
  const joined = data?.list.filter(
    ({ role, state }) => role === 'administrator' && state !== 'waiting',
  );
  return (
    <>
      <PageTitle
        title={t('console.people')}
        within={name}
        sentence={t('people.sentence')}
        action={
          administers && (
            <Button variant="filled" leftSection={<Icon name="add" />} onClick={invite}>
              {t('people.invite')}
            </Button>
          )
        }
      />
      <div className="stack">
        {!administers && <Notice kind="locked">{t('people.administratorsOnly')}</Notice>}
        {outcome.notice}
        <FailureNote failure={error} retry={refetch} />
        {!data && !error && <LoadingRows count={4} />}
        {data?.list.length === 0 && <p className="panel muted">{t('people.none')}</p>}
        {data && data.list.length > 0 && (
          <table className="people">
            <thead>
              <tr>
                <th scope="col">{t('common.name')}</th>
                <th scope="col">{t('agents.role')}</th>
                <th scope="col">{t('agents.state')}</th>
                <th scope="col">{t('secondFactor.title')}</th>
                <th scope="col">{t('people.signedIn')}</th>
                {administers && <th scope="col">{t('agents.actions')}</th>}
              </tr>
            </thead>
            <tbody>
              {data.list.map((person) => (
                <PersonRow
                  key={person.person_id}
                  person={person}
                  isMe={person.person_id === me}
                  isNeeded={joined?.length === 1 && joined[0] === person}
                  onBegin={outcome.begin}
                  onDone={outcome.succeed}
                />
              ))}
            </tbody>
          </table>
        )}
      </div>
      {administers && (
        <InvitePerson
          opened={inviting}
          onClose={() => setInviting(false)}
          onDone={outcome.succeed}
        />
      )}
    </>
  );
}
