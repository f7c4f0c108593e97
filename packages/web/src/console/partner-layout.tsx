import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { consoleHomeQuery } from '../api/console-home.ts';
import { watchPartner } from '../api/console-live.ts';
import { signOut } from '../api/identity.ts';
import { ApiFailure } from '../api/request.ts';
import { NotFoundPage } from '../signing-in/not-found.tsx';
import { SignOutButton } from '../signing-in/sign-out.tsx';
import { CardPage } from '../ui/card-page.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { ConsoleFrame } from './frame.tsx';
import { OpenPartner, rememberPartner } from './member.ts';

/** The pages of one partner, for whoever is a member there and may enter. */
export function PartnerLayout() {
  const { partner: id } = getRouteApi('/p/$partner').useParams();
  const { data, error, refetch } = useQuery(consoleHomeQuery);
  const partner = data?.partners.find((one) => String(one.partner) === id);
  useLive(partner?.state === 'active' ? partner.partner : undefined, data?.person.id);
  if (!data) return <Arriving error={error} retry={refetch} />;
  if (!partner) return <NotFoundPage />;
  if (partner.state === 'suspended') return <SuspendedPage name={partner.name} />;
  if (partner.state === 'sign_in_again') return <SignInAgainPage name={partner.name} />;
  return (
    <OpenPartner value={partner}>
      <ConsoleFrame home={data} partner={partner}>
        <Outlet />
      </ConsoleFrame>
    </OpenPartner>
  );
}

/** While its pages are open, the partner's stream is. */
function useLive(partner: number | undefined, personId: string | undefined): void {
  const client = useQueryClient();
  useEffect(() => {
    if (partner === undefined || personId === undefined) return undefined;
    rememberPartner(partner);
    return watchPartner(partner, personId, client);
  }, [partner, personId, client]);
}

/** Without a session the visit ends at the sign-in page by itself. */
function Arriving({ error, retry }: { error: Error | null; retry: () => void }) {
  if (!error || (error instanceof ApiFailure && error.code === 'no_session')) return null;
  return (
    <CardPage title="Switchboard">
      <FailureNote failure={error} retry={retry} />
    </CardPage>
  );
}

function SuspendedPage({ name }: { name: string }) {
  const { t } = useTranslation();
  const { refetch, isFetching } = useQuery(consoleHomeQuery);
  return (
    <CardPage
      title={t('partners.suspendedTitle')}
      sentence={t('partners.suspendedSentence')}
      disabled
    >
      <p>
        <strong>
          <bdi>{name}</bdi>
        </strong>
      </p>
      <div className="row">
        <Button variant="filled" loading={isFetching} onClick={() => refetch()}>
          {t('disabled.check')}
        </Button>
        <SignOutButton />
      </div>
    </CardPage>
  );
}

function SignInAgainPage({ name }: { name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const next = useLocation({ select: ({ href }) => href });
  const again = async () => {
    await signOut().catch(() => undefined);
    await navigate({ to: '/sign-in', search: { next } });
  };
  return (
    <CardPage title={t('partners.againTitle')} sentence={t('partners.againSentence')}>
      <p>
        <strong>
          <bdi>{name}</bdi>
        </strong>
      </p>
      <Button variant="filled" onClick={again}>
        {t('signIn.submit')}
      </Button>
    </CardPage>
  );
}
