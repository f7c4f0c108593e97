import type { PartnerOfPerson } from '@switchboard/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, Navigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { consoleHomeQuery } from '../api/console-home.ts';
import { ApiFailure } from '../api/request.ts';
import { SignOutButton } from '../signing-in/sign-out.tsx';
import { CardPage } from '../ui/card-page.tsx';
import { FailureNote } from '../ui/failure-note.tsx';
import { Mark } from '../ui/mark.tsx';
import '../ui/choice-list.css';

/** `/` and the moment after signing in: the only partner's accounts, or the chooser. */
export function HomePage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(consoleHomeQuery);
  const [first, ...others] = data?.partners ?? [];
  if (first && others.length === 0 && first.state === 'active')
    return (
      <Navigate to="/p/$partner/accounts" params={{ partner: String(first.partner) }} replace />
    );
  // Without a session the visit ends at the sign-in page by itself.
  const ends = error instanceof ApiFailure && error.code === 'no_session';
  if (ends || (!data && !error)) return null;
  return (
    <CardPage
      title={t(first ? 'partners.title' : 'partners.noneTitle')}
      sentence={
        data && (first ? <bdi dir="ltr">{data.person.email}</bdi> : t('partners.noneSentence'))
      }
    >
      <FailureNote failure={error} retry={refetch} />
      {first && (
        <ul className="choice-list">
          {[first, ...others].map((partner) => (
            <PartnerLine key={partner.partner} of={partner} />
          ))}
        </ul>
      )}
      <div className="row">
        <Link to="/profile" className="small">
          {t('profile.title')}
        </Link>
        <SignOutButton />
      </div>
    </CardPage>
  );
}

function PartnerLine({ of: { partner, name, role, state } }: { of: PartnerOfPerson }) {
  const { t } = useTranslation();
  return (
    <li>
      <Link to="/p/$partner/accounts" params={{ partner: String(partner) }}>
        <span className={stateColors[state]}>
          <Mark open={state === 'suspended'} />
        </span>
        <span className="choice-name">
          <bdi className="own-direction">{name}</bdi>
          <span className="small muted">
            {t(state === 'active' ? `memberRole.${role}` : `partners.${state}`)}
          </span>
        </span>
      </Link>
    </li>
  );
}

const stateColors = { active: 'is-on', suspended: 'is-off', sign_in_again: 'is-wait' };
