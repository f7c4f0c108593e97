import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Shown once: each code signs in once when there is no app at hand. */
export function BackupCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const { t } = useTranslation();
  const text = `${codes.join('\n')}\n`;
  const download = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
    link.download = 'switchboard-backup-codes.txt';
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div className="stack">
      <Notice kind="wait">{t('backupCodes.once')}</Notice>
      <ul className="backup-codes" dir="ltr" aria-label={t('backupCodes.title')}>
        {codes.map((code) => (
          <li key={code} className="code">
            {code}
          </li>
        ))}
      </ul>
      <div className="row">
        <CopyButton text={text} label={t('backupCodes.copy')} />
        <Button variant="subtle" size="compact-sm" onClick={download}>
          {t('backupCodes.download')}
        </Button>
      </div>
      <Button variant="filled" onClick={onClose}>
        {t('backupCodes.kept')}
      </Button>
    </div>
  );
}
