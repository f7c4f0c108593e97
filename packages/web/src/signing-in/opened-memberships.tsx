import { Checkbox } from '@mantine/core';
import type { OpenedMembership } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { Phrase } from '../ui/phrase.tsx';
import './opened-memberships.css';

// From here on one tick answers for all of them.
const MANY = 4;

/** What is sent of them: without any listed there is nothing to say. */
export const acceptedOf = (listed: OpenedMembership[], left: ReadonlySet<string>) =>
  listed.length === 0
    ? {}
    : { memberships: listed.map(({ id }) => id).filter((id) => !left.has(id)) };

type Props = {
  listed: OpenedMembership[];
  /** The ids that are not ticked any more. */
  left: ReadonlySet<string>;
  onChange: (left: ReadonlySet<string>) => void;
};

/** What others opened before the address was confirmed: ticked is accepted. Nothing without any. */
export function OpenedMemberships({ listed, left, onChange }: Props) {
  const { t } = useTranslation();
  if (listed.length === 0) return null;
  const toggle = (id: string) => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  const toggleAll = () => onChange(new Set(left.size > 0 ? [] : listed.map(({ id }) => id)));
  return (
    <fieldset className="opened" aria-describedby="opened-sentence">
      <legend>{t('opened.title')}</legend>
      <p id="opened-sentence" className="small muted">
        {t('opened.sentence')}
      </p>
      {listed.length >= MANY && (
        <Checkbox
          label={t('opened.all')}
          checked={left.size === 0}
          indeterminate={left.size > 0 && left.size < listed.length}
          onChange={toggleAll}
        />
      )}
      <ul>
        {listed.map(({ id, name, server }) => (
          <li key={id}>
            <Checkbox
              label={<bdi>{name}</bdi>}
              description={server === null ? t('opened.partner') : <ServerName name={server} />}
              checked={!left.has(id)}
              onChange={() => toggle(id)}
            />
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

const ServerName = ({ name }: { name: string }) => (
  <Phrase
    of="opened.server"
    parts={{
      server: (
        <bdi key="server" dir="ltr">
          {name}
        </bdi>
      ),
    }}
  />
);
