import { Button, TextInput } from '@mantine/core';
import { profileChange } from '@switchboard/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { acceptInvitation, lookAtInvitation } from '../api/workspace.ts';
import { CardPage } from '../ui/card-page.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Loading } from '../ui/loading.tsx';
import { Phrase } from '../ui/phrase.tsx';
import { useArrive } from './arrive.ts';
import { isPasswordRefused, NewPasswordField, passwordFits } from './new-password.tsx';
import { acceptedOf, OpenedMemberships } from './opened-memberships.tsx';
import { askFactor } from './second-step.ts';

export function InvitationPage() {
  const { t } = useTranslation();
  const { token = '' } = getRouteApi('/invitation').useSearch();
  const [accepted, setAccepted] = useState(false);
  const look = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => lookAtInvitation(token),
    staleTime: Number.POSITIVE_INFINITY,
    // The link is used up then; whoever arrives forgets all that was read before.
    enabled: !accepted,
  });
  const [typedName, setName] = useState<string>();
  const [password, setPassword] = useState('');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [wrong, setWrong] = useState({ name: false, password: false });
  const navigate = useNavigate();
  const arrive = useArrive();
  const name = typedName ?? look.data?.name ?? '';
  const { sets_password: setsPassword = false, memberships = [] } = look.data ?? {};

  const accept = useMutation({
    mutationFn: () =>
      acceptInvitation({
        token,
        ...(setsPassword ? { name, password } : {}),
        ...acceptedOf(memberships, left),
      }),
    onSuccess: async ({ email, account_id, partner, signed_in, second_factor }) => {
      setAccepted(true);
      const next = partner === null ? `/accounts/${account_id}` : `/p/${partner}`;
      if (signed_in) return arrive(next);
      const to = { search: { next }, replace: true };
      const factor =
        second_factor && (await askFactor(second_factor, email).catch(() => undefined));
      if (factor) return navigate({ ...to, to: '/second-factor', state: { factor } });
      return navigate({ ...to, to: '/sign-in', state: { note: 'joined', email } });
    },
  });

  const refused = isPasswordRefused(accept.error);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = {
      name: setsPassword && !profileChange.safeParse({ name }).success,
      password: setsPassword && !passwordFits(password),
    };
    setWrong(found);
    if (!found.name && !found.password) accept.mutate();
  };

  if (look.error)
    return (
      <CardPage title={t('invitation.title')}>
        <FailureNote failure={look.error} />
        <Link to="/sign-in">{t('disabled.backToSignIn')}</Link>
      </CardPage>
    );
  if (!look.data)
    return (
      <CardPage title={t('invitation.title')}>
        <Loading height={148} />
      </CardPage>
    );
  const { account_name, partner_name, email, role } = look.data;
  const place = partner_name === null ? 'account' : 'partner';
  return (
    <CardPage
      title={t('invitation.title')}
      sentence={
        <Phrase
          of={`invitation.${place}.${role}`}
          parts={{ [place]: <bdi key={place}>{partner_name ?? account_name}</bdi> }}
        />
      }
    >
      <form onSubmit={submit} noValidate>
        <TextInput
          label={t('common.email')}
          name="username"
          autoComplete="username"
          dir="ltr"
          readOnly
          value={email}
        />
        {setsPassword && (
          <>
            <TextInput
              label={t('common.name')}
              name="name"
              autoComplete="name"
              value={name}
              error={wrong.name && t('field.name')}
              onChange={(event) => setName(event.target.value)}
            />
            <NewPasswordField
              value={password}
              onChange={setPassword}
              refused={wrong.password || refused}
            />
          </>
        )}
        <OpenedMemberships listed={memberships} left={left} onChange={setLeft} />
        {!refused && <FailureNote failure={accept.error} />}
        <Button type="submit" variant="filled" loading={accept.isPending}>
          {t('invitation.submit')}
        </Button>
      </form>
    </CardPage>
  );
}
