import { invitationAccept } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { PasswordField } from '../../ui/password-field.tsx';

/** The contract's rule: 6–50 characters of three classes. */
export const passwordFits = (password: string) =>
  invitationAccept.shape.password.safeParse(password).success && password !== '';

type Props = {
  value: string;
  onChange: (value: string) => void;
  /** The form was sent with a password that breaks the rule. */
  refused: boolean;
  label?: string;
};

export function NewPasswordField({ value, onChange, refused, label }: Props) {
  const { t } = useTranslation();
  return (
    <PasswordField
      name="new-password"
      dir="ltr"
      autoComplete="new-password"
      label={label ?? t('password.new')}
      description={t('password.rule')}
      value={value}
      error={refused && t('failure.password_invalid')}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
