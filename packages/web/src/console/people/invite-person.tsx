import { Button, NativeSelect, TextInput } from '@mantine/core';
import { endpoints, type MemberRole, memberRoles } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConsoleRefusal } from '../../api/console-refusal.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { wrongFields } from '../form/fields.ts';
import { useMember } from '../member.ts';
import { usePasswordAgain } from '../password-again.tsx';
import { type Invitation, invite as makeInvitation, peopleKey } from './people-calls.ts';

type Props = { opened: boolean; onClose: () => void; onDone: (result: ReactNode) => void };

const blank: Invitation = { email: '', name: '', role: 'operator' };
const parameters = endpoints.inviteMember.request;

export function InvitePerson({ opened, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const [typed, setTyped] = useState(blank);
  const [wrong, setWrong] = useState<ReadonlySet<string>>(new Set());
  const client = useQueryClient();
  const password = usePasswordAgain();

  const invite = useMutation({
    mutationFn: () => password.make(() => makeInvitation(partner, typed)),
    onSuccess: async ({ email }) => {
      const parts = {
        email: (
          <bdi key="email" dir="ltr">
            {email}
          </bdi>
        ),
      };
      onDone(
        <p>
          <Phrase of="agents.invited" parts={parts} />
        </p>,
      );
      onClose();
      setTyped(blank);
      await client.invalidateQueries({ queryKey: peopleKey(partner) });
    },
    onError: (failure) => {
      if (!(failure instanceof ConsoleRefusal) || failure.code !== 'member_invalid') return;
      setWrong(new Set(failure.parameter ? [failure.parameter] : []));
    },
  });
  const set = (part: Partial<Invitation>) => {
    setTyped({ ...typed, ...part });
    setWrong(new Set([...wrong].filter((name) => !(name in part))));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = wrongFields(parameters, typed);
    setWrong(found);
    if (found.size === 0) invite.mutate();
  };
  const close = () => {
    invite.reset();
    setWrong(new Set());
    onClose();
  };

  return (
    <>
      <Dialog title={t('people.invite')} opened={opened && !password.asks} onClose={close}>
        <form onSubmit={submit} noValidate className="stack">
          <p className="muted small">{t('people.inviteSentence')}</p>
          <TextInput
            type="email"
            name="email"
            dir="ltr"
            autoComplete="off"
            data-autofocus
            label={t('common.email')}
            value={typed.email}
            error={wrong.has('email') && t('field.email')}
            onChange={({ target }) => set({ email: target.value })}
          />
          <TextInput
            name="name"
            autoComplete="off"
            label={t('common.name')}
            value={typed.name}
            error={wrong.has('name') && t('field.name')}
            onChange={({ target }) => set({ name: target.value })}
          />
          <NativeSelect
            label={t('agents.role')}
            description={t(`people.roleMeans.${typed.role}`)}
            value={typed.role}
            data={memberRoles.map((value) => ({ value, label: t(`memberRole.${value}`) }))}
            onChange={({ target }) => set({ role: target.value as MemberRole })}
          />
          <FailureNote failure={wrong.size > 0 ? null : invite.error} />
          <div className="row">
            <Button type="submit" variant="filled" loading={invite.isPending}>
              {t('agents.sendInvitation')}
            </Button>
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
          </div>
        </form>
      </Dialog>
      {password.dialog}
    </>
  );
}
