import { useTranslation } from 'react-i18next';
import { PageTitle } from '../../ui/page-title.tsx';
import { useMember } from '../member.ts';

export function ActivityPage() {
  const { t } = useTranslation();
  const { name } = useMember();
  return <PageTitle title={t('activity.title')} within={name} />;
}
