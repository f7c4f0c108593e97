import { Button, TextInput } from '@mantine/core';
import { endpoints } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { wrongFields } from '../form/fields.ts';
import { useMember } from '../member.ts';
import { credentialsKey, renameCredential } from './credential-calls.ts';
import type { CredentialDialogProps } from './credential-dialog.ts';

export function RenameCredential({ credential, password, onClose, onDone }: CredentialDialogProps) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const [name, setName] = useState(credential.name);
  const [wrong, setWrong] = useState(false);
  const client = useQueryClient();
  const rename = useMutation({
    mutationFn: () => password.make(() => renameCredential(partner, credential.client_id, name)),
    onSuccess: async (renamed) => {
      const parts = { name: <bdi key="name">{renamed.name}</bdi> };
      onDone(
        <p>
          <Phrase of="credentials.done.renamed" parts={parts} />
        </p>,
      );
      onClose();
      await client.invalidateQueries({ queryKey: credentialsKey(partner) });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isWrong = wrongFields(endpoints.updateApiCredential.request, { name }).size > 0;
    setWrong(isWrong);
    if (!isWrong) rename.mutate();
  };
  return (
    <Dialog title={t('credentials.renameTitle')} opened={!password.asks} onClose={onClose}>
      <form onSubmit={submit} noValidate className="stack">
        <TextInput
          name="credential"
          autoComplete="off"
          data-autofocus
          label={t('common.name')}
          description={t('credentials.nameWhy')}
          value={name}
          error={wrong && t('credentials.wrongName')}
          onChange={({ target }) => {
            setWrong(false);
            setName(target.value);
          }}
        />
        <FailureNote failure={rename.error} />
        <div className="row">
          <Button type="submit" variant="filled" loading={rename.isPending}>
            {t('credentials.renameSubmit')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
