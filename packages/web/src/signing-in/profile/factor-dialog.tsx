import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { disableFactor, enableFactor, makeBackupCodes } from '../../api/identity.ts';
import { profileQuery } from '../../api/profile.ts';
import { ApiFailure } from '../../api/request.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { PasswordField } from '../../ui/password-field.tsx';
import { BackupCodes } from './backup-codes.tsx';
import { ConfirmApp } from './confirm-app.tsx';

export type FactorTask = 'app' | 'email' | 'codes' | 'off';

type Props = {
  task: FactorTask;
  email: string;
  onClose: () => void;
  onDone: (task: FactorTask) => void;
};
type Step =
  | { at: 'password' }
  | { at: 'confirm'; totpURI: string; codes: string[] }
  | { at: 'codes'; codes: string[] };

/** Every change of the second factor: the password first, then what the task needs. */
export function FactorDialog({ task, email, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>({ at: 'password' });
  const client = useQueryClient();

  const changed = async () => {
    onDone(task);
    await client.invalidateQueries(profileQuery);
  };
  const begin = useMutation({
    mutationFn: async (password: string) => {
      if (task === 'app') return enableFactor('totp', password);
      if (task === 'email') return enableFactor('otp', password);
      if (task === 'codes') return makeBackupCodes(password);
      await disableFactor(password);
      return {};
    },
    onSuccess: async (made: { totpURI?: string; backupCodes?: string[] }) => {
      const codes = made.backupCodes ?? [];
      if (task === 'app' && made.totpURI)
        return setStep({ at: 'confirm', totpURI: made.totpURI, codes });
      await changed();
      if (task === 'codes') return setStep({ at: 'codes', codes });
      onClose();
    },
  });

  return (
    <Dialog title={t(`secondFactor.${task}`)} opened onClose={onClose}>
      {step.at === 'password' && (
        <PasswordStep
          sentence={t(`secondFactor.will.${task}`)}
          submitLabel={t(`secondFactor.${task}`)}
          email={email}
          error={begin.error}
          pending={begin.isPending}
          destructive={task === 'off'}
          onSubmit={begin.mutate}
        />
      )}
      {step.at === 'confirm' && (
        <ConfirmApp
          totpURI={step.totpURI}
          onDone={() => {
            void changed();
            setStep({ at: 'codes', codes: step.codes });
          }}
        />
      )}
      {step.at === 'codes' && <BackupCodes codes={step.codes} onClose={onClose} />}
    </Dialog>
  );
}

type PasswordStepProps = {
  sentence: string;
  submitLabel: string;
  email: string;
  error: Error | null;
  pending: boolean;
  destructive: boolean;
  onSubmit: (password: string) => void;
};

function PasswordStep(props: PasswordStepProps) {
  const { sentence, submitLabel, email, error, pending, destructive, onSubmit } = props;
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [empty, setEmpty] = useState(false);
  const wrong = error instanceof ApiFailure && error.code === 'wrong_password';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setEmpty(password === '');
    if (password) onSubmit(password);
  };
  return (
    <form onSubmit={submit} noValidate className="stack">
      <p>{sentence}</p>
      <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        name="current-password"
        autoComplete="current-password"
        data-autofocus
        label={t('password.current')}
        value={password}
        error={(empty && t('signIn.passwordEmpty')) || (wrong && t('failure.wrong_password'))}
        onChange={({ target }) => setPassword(target.value)}
      />
      {!wrong && <FailureNote failure={error} />}
      <Button
        type="submit"
        variant="filled"
        {...(destructive ? { color: 'off' } : {})}
        loading={pending}
      >
        {submitLabel}
      </Button>
    </form>
  );
}
