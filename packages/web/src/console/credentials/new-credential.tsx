import { Button, NativeSelect, TextInput } from '@mantine/core';
import { endpoints } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { wrongFields } from '../form/fields.ts';
import { useMember } from '../member.ts';
import { usePasswordAgain } from '../password-again.tsx';
import {
  type Credential,
  createCredential,
  credentialsKey,
  type MadeCredential,
} from './credential-calls.ts';
import { SecretDialog } from './secret-dialog.tsx';

type Props = { opened: boolean; onClose: () => void; onDone: (result: ReactNode) => void };

const blank: { name: string; mode: Credential['mode'] } = { name: '', mode: 'strict' };
const parameters = endpoints.createApiCredential.request;
const modes = ['strict', 'original'] as const;

export function NewCredential({ opened, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const [typed, setTyped] = useState(blank);
  const [wrong, setWrong] = useState(false);
  const [made, setMade] = useState<MadeCredential>();
  const password = usePasswordAgain();
  const client = useQueryClient();

  const create = useMutation({
    mutationFn: () => password.make(() => createCredential(partner, typed)),
    onSuccess: async (credential) => {
      setMade(credential);
      onClose();
      setTyped(blank);
      await client.invalidateQueries({ queryKey: credentialsKey(partner) });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isWrong = wrongFields(parameters, { name: typed.name }).size > 0;
    setWrong(isWrong);
    if (!isWrong) create.mutate();
  };
  const close = () => {
    create.reset();
    setWrong(false);
    onClose();
  };
  const saved = () => {
    const name = <bdi key="name">{made?.name}</bdi>;
    onDone(
      <p>
        <Phrase of="credentials.done.made" parts={{ name }} />
      </p>,
    );
    setMade(undefined);
    create.reset();
  };

  return (
    <>
      <Dialog title={t('credentials.new')} opened={opened && !password.asks} onClose={close}>
        <form onSubmit={submit} noValidate className="stack">
          <p className="muted small">{t('credentials.newSentence')}</p>
          <TextInput
            name="credential"
            autoComplete="off"
            data-autofocus
            label={t('common.name')}
            description={t('credentials.nameWhy')}
            value={typed.name}
            error={wrong && t('credentials.wrongName')}
            onChange={({ target }) => {
              setWrong(false);
              setTyped({ ...typed, name: target.value });
            }}
          />
          <NativeSelect
            label={t('credentials.mode')}
            description={t(`credentials.modeMeans.${typed.mode}`)}
            value={typed.mode}
            data={modes.map((mode) => ({ value: mode, label: t(`credentials.modes.${mode}`) }))}
            onChange={({ target }) =>
              setTyped({ ...typed, mode: target.value as Credential['mode'] })
            }
          />
          <FailureNote failure={create.error} />
          <div className="row">
            <Button type="submit" variant="filled" loading={create.isPending}>
              {t('credentials.new')}
            </Button>
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
          </div>
        </form>
      </Dialog>
      {password.dialog}
      {made && <SecretDialog made={made} onSaved={saved} />}
    </>
  );
}
