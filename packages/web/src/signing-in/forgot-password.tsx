import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useLocation } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askPasswordReset } from '../api/identity.ts';
import { CardPage } from '../ui/card-page.tsx';
import { useOutcome } from '../ui/outcome.tsx';

export function ForgotPasswordPage() {
  const { t } = useTranslation();
  const [email, setEmail] = useState(useLocation({ select: ({ state }) => state.email ?? '' }));
  const [empty, setEmpty] = useState(false);
  const outcome = useOutcome();
  const ask = useMutation({
    mutationFn: () => askPasswordReset(email.trim()),
    onSuccess: () => outcome.succeed(t('forgot.sent')),
    onError: (failure) => outcome.fail(failure),
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    outcome.begin();
    setEmpty(email.trim() === '');
    if (email.trim()) ask.mutate();
  };

  return (
    <CardPage title={t('forgot.title')} sentence={t('forgot.sentence')}>
      <form onSubmit={submit} noValidate>
        <TextInput
          type="email"
          name="email"
          dir="ltr"
          autoComplete="username"
          label={t('common.email')}
          value={email}
          error={empty && t('signIn.emailEmpty')}
          onChange={(event) => setEmail(event.target.value)}
        />
        {outcome.notice}
        <Button type="submit" variant="filled" loading={ask.isPending}>
          {t('forgot.submit')}
        </Button>
      </form>
      <Link to="/sign-in" className="small">
        {t('disabled.backToSignIn')}
      </Link>
    </CardPage>
  );
}
