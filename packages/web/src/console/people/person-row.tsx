import { Button } from '@mantine/core';
import type { MemberRole } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { consoleHomeQuery } from '../../api/console-home.ts';
import { NotDelivered } from '../../people/not-delivered.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { isolate, Phrase } from '../../ui/phrase.tsx';
import { Time } from '../../ui/time.tsx';
import { useMember } from '../member.ts';
import { usePasswordAgain } from '../password-again.tsx';
import { changeRole, inviteAgain, type PersonOfPartner, peopleKey } from './people-calls.ts';
import { PersonRole } from './person-role.tsx';
import { PersonState } from './person-state.tsx';
import { RemovePerson } from './remove-person.tsx';

type Props = {
  person: PersonOfPartner;
  isMe: boolean;
  /** The only administrator who has joined: neither removed nor given another role. */
  isNeeded: boolean;
  /** Something is tried: what was said before is over. */
  onBegin: () => void;
  onDone: (result: ReactNode) => void;
};

export function PersonRow({ person, isMe, isNeeded, onBegin, onDone }: Props) {
  const { t } = useTranslation();
  const { partner, administers } = useMember();
  const [removing, setRemoving] = useState(false);
  const client = useQueryClient();
  const password = usePasswordAgain();
  const { person_id, name, email, last_sign_in_time: signedIn } = person;
  const done = (of: string) =>
    onDone(
      <p>
        <Phrase of={of} parts={{ name: <bdi key="name">{name}</bdi> }} />
      </p>,
    );
  const readAgain = () => client.invalidateQueries({ queryKey: peopleKey(partner) });

  const setRole = useMutation({
    onMutate: () => {
      sendAgain.reset();
      onBegin();
    },
    mutationFn: (role: MemberRole) => password.make(() => changeRole(partner, person_id, role)),
    onSuccess: async () => {
      done('agents.roleChanged');
      await readAgain();
      if (isMe) await client.invalidateQueries(consoleHomeQuery);
    },
  });
  const sendAgain = useMutation({
    onMutate: () => {
      setRole.reset();
      onBegin();
    },
    mutationFn: () => password.make(() => inviteAgain(partner, person_id)),
    onSuccess: async () => {
      done('agents.sentAgain');
      await readAgain();
    },
  });

  return (
    <tr className={setRole.isSuccess ? 'changed' : undefined}>
      <td className="people-name">
        <strong>
          <bdi>{name}</bdi>
          {isMe && <span className="muted small"> {t('agents.you')}</span>}
        </strong>
        <span className="muted">
          <bdi dir="ltr">{email}</bdi>
        </span>
        {person.not_delivered && <NotDelivered failed={person.not_delivered} />}
        <FailureNote failure={setRole.error ?? sendAgain.error} />
      </td>
      <td data-label={t('agents.role')}>
        <PersonRole
          name={name}
          role={setRole.isPending ? setRole.variables : person.role}
          fixed={!administers || isNeeded}
          isPending={setRole.isPending}
          onChange={setRole.mutate}
        />
      </td>
      <td data-label={t('agents.state')}>
        <PersonState state={person.state} />
      </td>
      <td data-label={t('secondFactor.title')}>
        {person.state === 'waiting' ? (
          <span className="muted">{t('people.factor.unknown')}</span>
        ) : (
          t(`people.factor.${person.has_second_factor}`)
        )}
      </td>
      <td data-label={t('people.signedIn')}>
        {signedIn === null ? (
          <span className="muted">{t('people.neverSignedIn')}</span>
        ) : (
          <Time at={new Date(signedIn * 1000)} />
        )}
      </td>
      {administers && (
        <td>
          {isNeeded && <span className="muted">{t('agents.onlyAdministrator')}</span>}
          <div className="people-actions">
            {person.state === 'waiting' && (
              <Button
                variant="subtle"
                size="compact-sm"
                loading={sendAgain.isPending}
                onClick={() => sendAgain.mutate()}
                aria-label={t('agents.sendAgainTo', { name: isolate(name) })}
              >
                {t('agents.sendAgain')}
              </Button>
            )}
            {!isNeeded && (
              <Button
                variant="subtle"
                color="quiet"
                size="compact-sm"
                onClick={() => {
                  onBegin();
                  setRemoving(true);
                }}
                aria-label={t('agents.removeName', { name: isolate(name) })}
              >
                {t('agents.remove')}
              </Button>
            )}
          </div>
          <RemovePerson
            person={person}
            isMe={isMe}
            opened={removing}
            onClose={() => setRemoving(false)}
            onDone={() => done('agents.removed')}
          />
          {password.dialog}
        </td>
      )}
    </tr>
  );
}
