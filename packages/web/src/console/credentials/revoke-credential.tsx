import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { Time } from '../../ui/time.tsx';
import { useMember } from '../member.ts';
import { credentialsKey, revokeCredential } from './credential-calls.ts';
import type { CredentialDialogProps } from './credential-dialog.ts';

/** Says what dies, and asks for the name: nothing brings a credential back. */
export function RevokeCredential({ credential, password, onClose, onDone }: CredentialDialogProps) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const client = useQueryClient();
  const used = credential.last_used_time;
  const called = credential.name || credential.client_id;
  const name = <bdi key="name">{called}</bdi>;
  const revoke = useMutation({
    mutationFn: () => password.make(() => revokeCredential(partner, credential.client_id)),
    onSuccess: async () => {
      onDone(
        <p>
          <Phrase of="credentials.done.revoked" parts={{ name }} />
        </p>,
      );
      onClose();
      await client.invalidateQueries({ queryKey: credentialsKey(partner) });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fits = typed.trim() === called;
    setWrong(!fits);
    if (fits) revoke.mutate();
  };
  return (
    <Dialog
      title={<Phrase of="credentials.revokeTitle" parts={{ name }} />}
      opened={!password.asks}
      onClose={onClose}
    >
      <form onSubmit={submit} noValidate className="stack">
        <p>{t('credentials.revokeSentence')}</p>
        <ul className="credential-dies">
          {(['tokens', 'links', 'sessions'] as const).map((what) => (
            <li key={what}>{t(`credentials.dies.${what}`)}</li>
          ))}
        </ul>
        <p className="muted">
          {used === null ? (
            t('credentials.neverUsed')
          ) : (
            <Phrase
              of="credentials.lastUsed"
              parts={{ time: <Time key="time" at={new Date(used * 1000)} /> }}
            />
          )}
        </p>
        <TextInput
          name="credential"
          autoComplete="off"
          data-autofocus
          label={<Phrase of="credentials.typeName" parts={{ name }} />}
          value={typed}
          error={wrong && t('credentials.wrongTyped')}
          onChange={({ target }) => {
            setWrong(false);
            setTyped(target.value);
          }}
        />
        <FailureNote failure={revoke.error} />
        <div className="row">
          <Button type="submit" variant="filled" color="off" loading={revoke.isPending}>
            <span>
              <Phrase of="credentials.revokeName" parts={{ name }} />
            </span>
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
