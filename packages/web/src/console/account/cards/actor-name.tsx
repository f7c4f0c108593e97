import { useTranslation } from 'react-i18next';
import type { Entry } from '../account-calls.ts';

/** Who did something; what they are, where the name alone does not say it. */
export function ActorName({ actor: { kind, id, name } }: { actor: Entry['actor'] }) {
  const { t } = useTranslation();
  const what = t(`console.account.actor.${kind}`);
  if (!name && kind === 'credential')
    return (
      <>
        {what}{' '}
        <span dir="ltr" className="code">
          {id}
        </span>
      </>
    );
  if (!name) return what;
  return (
    <>
      <bdi>{name}</bdi>
      {kind !== 'person' && ` (${what})`}
    </>
  );
}
