import type { BuilderCheck } from '@switchboard/contract';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { builderCheckQuery } from '../../api/workspace.ts';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Icon, type IconName } from '../../ui/icons.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { Time, useTimes } from '../../ui/time.tsx';
import { useAccount } from './open-account.ts';

/** Days before its end from which a certificate is spoken of. */
const SOON_DAYS = 14;

/** For administrators: how the builder was found when it was last looked at. */
export function BuilderCheckLine() {
  const { account, settings } = useAccount();
  const query = builderCheckQuery(account.account_id, account.builder_url);
  const { data, error, refetch } = useQuery(query);
  const check = data?.builder_check;
  return (
    <div className="builder-check">
      {check ? (
        <Found check={check} timeZone={settings.time_zone} />
      ) : error ? (
        <FailureNote failure={error} retry={refetch} />
      ) : (
        !data && <Loading height={24} />
      )}
    </div>
  );
}

type Said = { icon: IconName; tone: string; sentence: string; advice?: string };

function Found({ check, timeZone }: { check: BuilderCheck; timeZone: string }) {
  const { t } = useTranslation();
  const { icon, tone, sentence, advice } = useWords(check, timeZone);
  return (
    <>
      <p className={`builder-found ${tone}`}>
        <Icon name={icon} />
        <span>{sentence}</span>
      </p>
      {advice && <p className="small muted">{t(`builder.check.advice.${advice}`)}</p>}
      {check.at && check.state !== 'not_checked' && (
        <p className="small muted">
          <Phrase
            of="builder.check.at"
            parts={{ time: <Time key="time" at={new Date(check.at)} timeZone={timeZone} /> }}
          />
        </p>
      )}
    </>
  );
}

function useWords({ state, at, tls_days }: BuilderCheck, timeZone: string): Said {
  const { t } = useTranslation();
  const { date } = useTimes(timeZone);
  const said = (key: string, values = {}) => t(`builder.check.${key}`, values);
  if (state === 'not_checked')
    return { icon: 'clock', tone: 'muted', sentence: said(at ? 'not_checked' : 'never') };
  if (state !== 'ok')
    return { icon: 'warning', tone: 'is-off', sentence: said(state), advice: state };
  if (tls_days !== undefined && tls_days <= SOON_DAYS) {
    const key = tls_days < 1 ? 'certificateToday' : 'certificate';
    const sentence = said(key, { count: tls_days });
    return { icon: 'warning', tone: 'is-wait', sentence, advice: 'certificate' };
  }
  const on = date(new Date(at ?? ''));
  const sentence = on === date(new Date()) ? said('okToday') : said('okOn', { date: on });
  return { icon: 'check', tone: 'is-on', sentence };
}
