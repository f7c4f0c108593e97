import { Button, NativeSelect, TextInput } from '@mantine/core';
import { agentInvitation, type Role, roles } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFailure } from '../../api/request.ts';
import { agentsQuery, inviteAgent } from '../../api/workspace.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Phrase } from '../../ui/phrase.tsx';

type Props = {
  accountId: number;
  opened: boolean;
  onClose: () => void;
  onDone: (result: ReactNode) => void;
};

const blank: { email: string; name: string; role: Role } = { email: '', name: '', role: 'agent' };

export function InviteAgent({ accountId, opened, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(blank);
  const [wrong, setWrong] = useState<Set<string>>(new Set());
  const client = useQueryClient();

  const invite = useMutation({
    mutationFn: () => inviteAgent(accountId, typed),
    onSuccess: async ({ email }) => {
      const address = (
        <bdi key="email" dir="ltr">
          {email}
        </bdi>
      );
      onDone(
        <p>
          <Phrase of="agents.invited" parts={{ email: address }} />
        </p>,
      );
      onClose();
      setTyped(blank);
      await client.invalidateQueries(agentsQuery(accountId));
    },
    onError: (failure) => {
      if (failure instanceof ApiFailure && failure.parameter)
        setWrong(new Set([failure.parameter]));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = agentInvitation.safeParse(typed);
    setWrong(new Set(read.error?.issues.map(({ path }) => String(path[0]))));
    if (read.success) invite.mutate();
  };
  const close = () => {
    invite.reset();
    setWrong(new Set());
    onClose();
  };

  return (
    <Dialog title={t('agents.invite')} opened={opened} onClose={close}>
      <form onSubmit={submit} noValidate className="stack">
        <p className="muted small">{t('agents.inviteSentence')}</p>
        <TextInput
          type="email"
          name="email"
          dir="ltr"
          autoComplete="off"
          data-autofocus
          label={t('common.email')}
          value={typed.email}
          error={wrong.has('email') && t('field.email')}
          onChange={({ target }) => setTyped({ ...typed, email: target.value })}
        />
        <TextInput
          name="name"
          autoComplete="off"
          label={t('common.name')}
          value={typed.name}
          error={wrong.has('name') && t('field.name')}
          onChange={({ target }) => setTyped({ ...typed, name: target.value })}
        />
        <NativeSelect
          label={t('agents.role')}
          description={t(`agents.roleMeans.${typed.role}`)}
          value={typed.role}
          data={roles.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          onChange={({ target }) => setTyped({ ...typed, role: target.value as Role })}
        />
        <FailureNote failure={invite.error} />
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
  );
}
