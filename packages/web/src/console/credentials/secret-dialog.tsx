import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { MadeCredential } from './credential-calls.ts';

type Props = { made: MadeCredential; onSaved: () => void };

/** The secret, shown once: it goes when somebody says that they have it. */
export function SecretDialog({ made, onSaved }: Props) {
  const { t } = useTranslation();
  const [leaves, setLeaves] = useState(false);
  const shown = [
    ['clientId', made.client_id, 'copyClientId'],
    ['secret', made.client_secret, 'copySecret'],
    ['curl', tokenCurl(made), 'copyCurl'],
  ] as const;
  return (
    <Dialog title={t('credentials.secretTitle')} wide opened onClose={() => setLeaves(true)}>
      <div className="stack">
        <Notice kind={leaves ? 'bad' : 'wait'}>
          {t(leaves ? 'credentials.saveFirst' : 'credentials.once')}
        </Notice>
        {shown.map(([name, text, copy]) => (
          <section key={name} aria-label={t(`credentials.${name}`)}>
            <div className="secret-head">
              <span className="small field-name" aria-hidden="true">
                {t(`credentials.${name}`)}
              </span>
              <CopyButton text={text} label={t('common.copy')} about={t(`credentials.${copy}`)} />
            </div>
            <pre dir="ltr" className="code secret-text">
              {text}
            </pre>
          </section>
        ))}
        <div>
          <Button variant="filled" onClick={onSaved}>
            {t('credentials.saved')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** Ready to paste: gets a token, at the address that this page came from. */
const tokenCurl = ({ client_id, client_secret }: MadeCredential) =>
  `curl -sS ${window.location.origin}/api/settings/accessToken \\
  -H 'content-type: application/json' \\
  -d '${JSON.stringify({ client_id, client_secret }, null, 2)}'`;
