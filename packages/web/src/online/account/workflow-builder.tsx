import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../ui/frame/page-title.tsx';
import { Icon } from '../../ui/icons.tsx';
import { BuilderCheckLine } from './builder-check-line.tsx';
import { useAccount } from './open-account.ts';
import './workflow-builder.css';

export function WorkflowBuilderPage() {
  const { t } = useTranslation();
  const { account, agent } = useAccount();
  const changes = useChanges(account.builder_url);
  const host = URL.canParse(account.builder_url) ? new URL(account.builder_url).host : '';
  return (
    <>
      <PageTitle
        title={t('builder.title')}
        within={account.account_name}
        sentence={host && t('builder.sentence')}
      />
      <div aria-live="polite">
        <section key={changes} className={`panel builder ${changes > 0 ? 'changed' : ''}`}>
          {host ? (
            <>
              <div className="builder-host">
                <span className="small muted">{t('builder.host')}</span>
                <strong dir="ltr" className="code">
                  {host}
                </strong>
              </div>
              <a
                href={account.builder_url}
                target="_blank"
                rel="noopener noreferrer"
                className="builder-open"
              >
                <Icon name="external" />
                {t('builder.open')}
                <span className="unseen">{t('common.newTab')}</span>
              </a>
              {agent.role === 'administrator' && <BuilderCheckLine />}
            </>
          ) : (
            <p className="builder-none">{t('builder.none')}</p>
          )}
        </section>
      </div>
    </>
  );
}

/** How often a value has changed since it was first shown. */
function useChanges(value: string): number {
  const seen = useRef(value);
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    if (seen.current === value) return;
    seen.current = value;
    setChanges((count) => count + 1);
  }, [value]);
  return changes;
}
