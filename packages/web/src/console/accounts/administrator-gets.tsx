import { useTranslation } from 'react-i18next';
import { Phrase } from '../../ui/phrase.tsx';
import type { blank } from './create-account.tsx';

type Props = {
  typed: typeof blank;
  /** Of the server's online; undefined while it is not known. */
  address: string | undefined;
};

/** What comes of the form for the person who is named in it. */
export function AdministratorGets({ typed, address }: Props) {
  const { t } = useTranslation();
  const { admin_name, admin_email, admin_2fa, admin_2fa_value } = typed;
  const name = admin_name.trim() || t('create.getsNobody');
  return (
    <>
      <h2>
        <Phrase of="create.gets" parts={{ name: <bdi key="name">{name}</bdi> }} />
      </h2>
      <ul>
        <li>{t('create.getsAgent')}</li>
        <li>
          <Phrase
            of="create.getsSignIn"
            parts={{
              address: (
                <bdi key="address" dir="ltr">
                  {address ? new URL(address).host : '…'}
                </bdi>
              ),
            }}
          />
        </li>
        {admin_2fa === '1' && (
          <li>
            <Phrase
              of="create.getsCode"
              parts={{
                address: (
                  <bdi key="address" dir="ltr">
                    {admin_2fa_value.trim() || admin_email.trim() || '…'}
                  </bdi>
                ),
              }}
            />
          </li>
        )}
        <li>{t('create.getsKnown')}</li>
      </ul>
    </>
  );
}
