import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { confirmPassword, consoleHomeQuery } from '../api/console-home.ts';
import { ConsoleRefusal } from '../api/console-refusal.ts';
import { ApiFailure } from '../api/request.ts';
import { Dialog } from '../ui/dialog.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { PasswordField } from '../ui/password-field.tsx';

type Waiting = { go: () => void; stop: () => void };

/**
 * For what needs the password once more: makes a call, and where it is refused for want of the
 * password, asks for that and makes it again. Whoever gives none gets the refusal.
 *
 * `asks`: the dialog is open, so that another one may leave it the page meanwhile.
 */
export function usePasswordAgain() {
  const [waiting, setWaiting] = useState<Waiting>();
  const make = async <T,>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (failure) {
      if (!(failure instanceof ConsoleRefusal) || failure.code !== 'password_needed') throw failure;
      await new Promise<void>((resolve, reject) => {
        setWaiting({ go: resolve, stop: () => reject(failure) });
      });
      return await call();
    }
  };
  const end = (how: keyof Waiting) => {
    waiting?.[how]();
    setWaiting(undefined);
  };
  return {
    make,
    asks: waiting !== undefined,
    dialog: <PasswordDialog opened={waiting !== undefined} onEnd={end} />,
  };
}

type Props = { opened: boolean; onEnd: (how: keyof Waiting) => void };

function PasswordDialog({ opened, onEnd }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog title={t('passwordAgain.title')} opened={opened} onClose={() => onEnd('stop')}>
      <PasswordForm onEnd={onEnd} />
    </Dialog>
  );
}

function PasswordForm({ onEnd }: Pick<Props, 'onEnd'>) {
  const { t } = useTranslation();
  const { data } = useQuery(consoleHomeQuery);
  const [password, setPassword] = useState('');
  const [empty, setEmpty] = useState(false);
  const confirm = useMutation({
    mutationFn: () => confirmPassword(password),
    onSuccess: () => onEnd('go'),
  });
  const wrong = confirm.error instanceof ApiFailure && confirm.error.code === 'wrong_password';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setEmpty(password === '');
    if (password) confirm.mutate();
  };
  const email = data?.person.email ?? '';
  return (
    <form onSubmit={submit} noValidate className="stack">
      <p className="muted small">{t('passwordAgain.sentence')}</p>
      <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        name="current-password"
        autoComplete="current-password"
        data-autofocus
        label={t('common.password')}
        value={password}
        error={(empty && t('signIn.passwordEmpty')) || (wrong && t('failure.wrong_password'))}
        onChange={({ target }) => setPassword(target.value)}
      />
      {!wrong && <FailureNote failure={confirm.error} />}
      <div className="row">
        <Button type="submit" variant="filled" loading={confirm.isPending}>
          {t('passwordAgain.submit')}
        </Button>
        <Button variant="default" onClick={() => onEnd('stop')}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
