import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Phrase } from '../../ui/phrase.tsx';
import { useMember } from '../member.ts';
import { type AccountsSearch, isNarrowed } from './accounts-search.ts';
import { CreateLink } from './create-link.tsx';

type Props = { search: AccountsSearch; onChange: (part: AccountsSearch) => void };

/** Why nothing is shown, and the one thing to do: none yet, none found, or all of them hidden. */
export function AccountsEmpty({ search, onChange }: Props) {
  const { t } = useTranslation();
  const { changes } = useMember();
  const all = { status: undefined, server: undefined, builder: undefined, entered: undefined };
  const narrowed = isNarrowed(search);
  if (search.q)
    return (
      <section className="list-empty">
        <h2 className="h3">
          <Phrase
            of={narrowed ? 'list.notFoundHere' : 'list.notFound'}
            parts={{ q: <bdi key="q">{search.q}</bdi> }}
          />
        </h2>
        <p className="muted">{t('list.notFoundSentence')}</p>
        <Button variant="default" onClick={() => onChange({ q: undefined, ...all })}>
          {t('list.clearSearch')}
        </Button>
      </section>
    );
  if (narrowed)
    return (
      <section className="list-empty">
        <h2 className="h3">{t('list.noneFits')}</h2>
        <p className="muted">{t('list.noneFitsSentence')}</p>
        <Button variant="default" onClick={() => onChange(all)}>
          {t('list.showAll')}
        </Button>
      </section>
    );
  return (
    <section className="list-empty">
      <h2 className="h3">{t('list.noneYet')}</h2>
      <p className="muted">{t(changes ? 'list.noneYetSentence' : 'list.noneYetReader')}</p>
      <CreateLink />
    </section>
  );
}
