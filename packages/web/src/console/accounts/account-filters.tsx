import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icons.tsx';
import { useMember } from '../member.ts';
import { type AccountsSearch, filters, isNarrowed } from './accounts-search.ts';
import { serversQuery } from './servers.ts';

type Props = {
  search: AccountsSearch;
  onChange: (part: AccountsSearch) => void;
};

/** Words in a line: status, server, builder, never entered. */
export function AccountFilters({ search, onChange }: Props) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const servers = useQuery(serversQuery(partner)).data?.list ?? [];
  const { status, server, builder, entered } = search;
  // What the address asks for may be none of them.
  const names = [...new Set([...(server ? [server] : []), ...servers.map((one) => one.server)])];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset does not lay out in a line everywhere.
    <div className="list-filters" role="group" aria-label={t('list.filters')}>
      {[undefined, ...filters.status].map((value) => (
        <Word
          key={value ?? ''}
          pressed={value === status}
          onClick={() => onChange({ status: value })}
        >
          {t(value ? `status.${value}` : 'list.all')}
        </Word>
      ))}
      <span className="list-between" />
      {(names.length > 1 || server) && (
        <Choice
          name={t('settings.server')}
          chosen={server}
          options={names.map((value) => ({ value, label: value }))}
          onChoose={(value) => onChange({ server: value })}
        />
      )}
      <Choice
        name={t('builder.host')}
        chosen={builder}
        options={filters.builder.map((value) => ({ value, label: t(`list.builder.${value}`) }))}
        onChoose={(value) => onChange({ builder: filters.builder.find((one) => one === value) })}
      />
      <Word
        pressed={entered === 'never'}
        onClick={() => onChange({ entered: entered ? undefined : 'never' })}
      >
        {t('list.never')}
      </Word>
      {isNarrowed(search) && (
        <button
          type="button"
          className="list-clear"
          onClick={() =>
            onChange({
              status: undefined,
              server: undefined,
              builder: undefined,
              entered: undefined,
            })
          }
        >
          {t('list.clearFilters')}
        </button>
      )}
    </div>
  );
}

type WordProps = { pressed: boolean; onClick: () => void; children: ReactNode };

const Word = ({ pressed, onClick, children }: WordProps) => (
  <button type="button" className="list-word" aria-pressed={pressed} onClick={onClick}>
    {children}
  </button>
);

type ChoiceProps = {
  name: string;
  chosen: string | undefined;
  options: { value: string; label: string }[];
  onChoose: (value: string | undefined) => void;
};

/** One of several; the chosen one stands in the word. */
function Choice({ name, chosen, options, onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const label = options.find(({ value }) => value === chosen)?.label;
  return (
    <Menu position="bottom-start" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button type="button" className="list-word" data-on={label !== undefined}>
          {label === undefined ? name : `${name}: ${label}`}
          <Icon name="down" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {[{ value: undefined, label: t('list.any') }, ...options].map((option) => (
          <Menu.Item
            key={option.value ?? ''}
            rightSection={option.value === chosen ? <Icon name="check" /> : undefined}
            onClick={() => onChoose(option.value)}
          >
            {option.label}
            {option.value === chosen && <span className="unseen">{t('list.chosen')}</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
