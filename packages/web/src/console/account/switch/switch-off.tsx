import { Button, Radio, TextInput } from '@mantine/core';
import { codePoints } from '@switchboard/contract';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../ui/dialog.tsx';
import { FailureNote } from '../../../ui/failure-note.tsx';
import { Phrase } from '../../../ui/phrase.tsx';
import { type Account, useAccountChange } from '../account-calls.ts';
import { CopyChange } from '../settings/settings-form.tsx';
import type { OnReceipt } from './receipt.tsx';
import { type Category, categories, isReason, REASON_LIMIT, writeReason } from './status-reason.ts';
import { WouldEnd } from './would-end.tsx';

type Props = { account: Account; onReceipt: OnReceipt; onClose: () => void };

/** Says whom it cuts before it does. */
export function SwitchOff({ account, onReceipt, onClose }: Props) {
  const { t } = useTranslation();
  const [category, setCategory] = useState<Category>();
  const [words, setWords] = useState('');
  const [tried, setTried] = useState(false);
  const save = useAccountChange(account);
  const reason = writeReason(category ?? 'other', words);
  const isTooLong = !isReason(reason);
  const lacksWords = category === 'other' && words.trim() === '';
  const change = { account_status: 0, ...(category ? { status_reason: reason } : {}) } as const;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!category || isTooLong || lacksWords || save.isPending) return;
    save.mutate(
      { change, revision: account.revision },
      {
        onSuccess: ({ changed: { revision, suspended }, requestId }) => {
          onClose();
          onReceipt({
            ...{ kind: 'off', revision, requestId, cut: suspended },
            previous: { account_status: 1 },
          });
        },
      },
    );
  };

  const name = <bdi key="name">{account.account_name}</bdi>;
  return (
    <Dialog
      title={<Phrase of="console.account.switchOff.title" parts={{ name }} />}
      opened
      onClose={onClose}
    >
      <form className="stack" onSubmit={submit} noValidate>
        <div className="stack-tight">
          <WouldEnd account={account} />
          <p className="muted">{t('console.account.switchOff.sentence')}</p>
        </div>
        <Radio.Group
          label={t('console.account.switchOff.category')}
          value={category ?? null}
          onChange={(value) => setCategory(value as Category)}
          error={tried && !category && t('console.account.switchOff.noCategory')}
        >
          <div className="radio-list">
            {categories.map((value) => (
              <Radio key={value} value={value} label={t(`console.account.category.${value}`)} />
            ))}
          </div>
        </Radio.Group>
        <TextInput
          name="reason"
          autoComplete="off"
          dir="auto"
          label={t('console.account.switchOff.reason')}
          description={t('console.account.switchOff.reasonWhy', {
            count: codePoints(reason),
            limit: REASON_LIMIT,
          })}
          value={words}
          error={
            isTooLong
              ? t('console.account.wrong.reason', { limit: REASON_LIMIT })
              : tried && lacksWords && t('console.account.switchOff.noWords')
          }
          onChange={({ target }) => setWords(target.value)}
        />
        <FailureNote failure={save.error} />
        <div className="row">
          <Button type="submit" variant="filled" color="off" loading={save.isPending}>
            {t('console.account.switchOff.submit')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          {category && !isTooLong && <CopyChange account={account} change={change} />}
        </div>
      </form>
    </Dialog>
  );
}
