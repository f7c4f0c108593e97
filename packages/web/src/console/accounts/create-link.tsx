import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../ui/icons.tsx';
import { useMember } from '../member.ts';

/** Nothing for those who may only look. */
export function CreateLink() {
  const { t } = useTranslation();
  const { partner, changes } = useMember();
  if (!changes) return null;
  return (
    <Button
      variant="filled"
      leftSection={<Icon name="add" />}
      renderRoot={(props) => (
        <Link to="/p/$partner/accounts/new" params={{ partner: String(partner) }} {...props} />
      )}
    >
      {t('create.title')}
    </Button>
  );
}
