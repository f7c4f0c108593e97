import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../ui/page-title.tsx';
import { useMember } from '../member.ts';

export function PeoplePage() {
  const { t } = useTranslation();
  const { name } = useMember();
  return <PageTitle title={t('console.people')} within={name} />;
}
