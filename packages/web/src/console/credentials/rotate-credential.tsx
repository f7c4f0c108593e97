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
import { credentialsKey, type MadeCredential, rotateCredential } from './credential-calls.ts';
import type { CredentialDialogProps } from './credential-dialog.ts';
import { SecretDialog } from './secret-dialog.tsx';

const parameters = endpoints.rotateApiCredential.request;
const USUAL_HOURS = '24';

/** A new secret; the old one works on for the hours that are said. */
export function RotateCredential({ credential, password, onClose, onDone }: CredentialDialogProps) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const [hours, setHours] = useState(USUAL_HOURS);
  const [wrong, setWrong] = useState(false);
  const [made, setMade] = useState<MadeCredential>();
  const client = useQueryClient();
  const name = <bdi key="name">{credential.name || credential.client_id}</bdi>;
  const rotate = useMutation({
    mutationFn: () =>
      password.make(() => rotateCredential(partner, credential.client_id, Number(hours))),
    onSuccess: async (rotated) => {
      setMade(rotated);
      await client.invalidateQueries({ queryKey: credentialsKey(partner) });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const isWrong = hours === '' || wrongFields(parameters, { overlap_hours: hours }).size > 0;
    setWrong(isWrong);
    if (!isWrong) rotate.mutate();
  };
  const saved = () => {
    onDone(
      <p>
        <Phrase of="credentials.done.rotated" parts={{ name }} />
      </p>,
    );
    onClose();
  };
  if (made) return <SecretDialog made={made} onSaved={saved} />;
  return (
    <Dialog
      title={<Phrase of="credentials.rotateTitle" parts={{ name }} />}
      opened={!password.asks}
      onClose={onClose}
    >
      <form onSubmit={submit} noValidate className="stack">
        <p className="muted small">{t('credentials.rotateSentence')}</p>
        <TextInput
          name="overlap"
          inputMode="numeric"
          dir="ltr"
          autoComplete="off"
          data-autofocus
          label={t('credentials.overlap')}
          description={t('credentials.overlapWhy')}
          value={hours}
          error={wrong && t('credentials.wrongOverlap')}
          onChange={({ target }) => {
            setWrong(false);
            setHours(target.value.trim());
          }}
        />
        <FailureNote failure={rotate.error} />
        <div className="row">
          <Button type="submit" variant="filled" loading={rotate.isPending}>
            {t('credentials.rotateSubmit')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
