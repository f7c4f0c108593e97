import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { signOut } from '../api/identity.ts';
import { ApiFailure } from '../api/request.ts';
import { FailureNote } from '../ui/failure-note.tsx';
import { Icon } from '../ui/icons.tsx';
import { mayLeave } from './unsaved.tsx';

export function SignOutButton() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: async () => {
      await signOut().catch((failure: unknown) => {
        // Signed out already is signed out.
        if (!(failure instanceof ApiFailure) || failure.code !== 'no_session') throw failure;
      });
    },
    onSuccess: async () => {
      await navigate({ to: '/sign-in', ignoreBlocker: true });
      client.removeQueries();
    },
  });
  const ask = async () => {
    if (await mayLeave()) leave.mutate();
  };
  return (
    <>
      <button type="button" className="bar-item" onClick={ask}>
        <Icon name="sign-out" />
        <span>{t('signOut')}</span>
      </button>
      <FailureNote failure={leave.error} />
    </>
  );
}
