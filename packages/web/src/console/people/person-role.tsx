import { NativeSelect } from '@mantine/core';
import { type MemberRole, memberRoles } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { isolate } from '../../ui/phrase.tsx';

type Props = {
  name: string;
  role: MemberRole;
  /** It can only be read. */
  fixed: boolean;
  isPending: boolean;
  onChange: (role: MemberRole) => void;
};

export function PersonRole({ name, role, fixed, isPending, onChange }: Props) {
  const { t } = useTranslation();
  if (fixed) return t(`memberRole.${role}`);
  return (
    <NativeSelect
      size="sm"
      aria-label={t('agents.roleOf', { name: isolate(name) })}
      value={role}
      disabled={isPending}
      data={memberRoles.map((value) => ({ value, label: t(`memberRole.${value}`) }))}
      onChange={({ target }) => onChange(target.value as MemberRole)}
    />
  );
}
