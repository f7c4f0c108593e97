import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../../ui/notice.tsx';
import type { Account } from '../account-calls.ts';
import { type Draft, keepMine, keepTheirs, type TypedField } from './settings-draft.ts';

type Props = {
  account: Account;
  draft: Draft;
  fields: TypedField[];
  onChoose: (draft: Draft) => void;
};

/** Both values of each field that somebody else changed meanwhile, and the choice between them. */
export function SettingsConflict({ account, draft, fields, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <Notice kind="bad">
      <p>
        <strong>{t('console.account.conflict.title')}</strong>
      </p>
      <p>{t('console.account.conflict.sentence')}</p>
      {fields.map((field) => (
        <fieldset key={field} className="conflict">
          <legend>{t(`settings.${field}`)}</legend>
          <Side
            title={t('console.account.conflict.mine')}
            value={draft[field]?.to ?? ''}
            isCode={field === 'builder_url'}
            choose={t('console.account.conflict.keepMine')}
            onChoose={() => onChoose(keepMine(draft, account, field))}
          />
          <Side
            title={t('console.account.conflict.theirs')}
            value={account[field]}
            isCode={field === 'builder_url'}
            choose={t('console.account.conflict.takeTheirs')}
            onChoose={() => onChoose(keepTheirs(draft, field))}
          />
        </fieldset>
      ))}
    </Notice>
  );
}

type SideProps = {
  title: string;
  value: string;
  isCode: boolean;
  choose: string;
  onChoose: () => void;
};

function Side({ title, value, isCode, choose, onChoose }: SideProps) {
  const { t } = useTranslation();
  return (
    <div className="conflict-side">
      <span className="muted">{title}</span>
      <p>
        {value === '' ? (
          t('common.none')
        ) : isCode ? (
          <span dir="ltr" className="code">
            {value}
          </span>
        ) : (
          <bdi>{value}</bdi>
        )}
      </p>
      <Button variant="default" size="compact-sm" onClick={onChoose}>
        {choose}
      </Button>
    </div>
  );
}
