import { newPassword } from '@switchboard/contract';
import { useTranslation } from 'react-i18next';
import { ApiFailure } from '../api/request.ts';
import { PasswordField } from '../ui/password-field.tsx';

/** Whether it has the right length; the server alone judges how common it is, and whose name it is. */
export const passwordFits = (password: string) => newPassword.safeParse(password).success;

/** The failure belongs to the field. */
export const isPasswordRefused = (failure: Error | null): boolean =>
  failure instanceof ApiFailure && failure.code === 'password_invalid';

type Props = {
  value: string;
  onChange: (value: string) => void;
  /** The form was sent with a password that the rule refuses. */
  refused: boolean;
  label?: string;
};

export function NewPasswordField({ value, onChange, refused, label }: Props) {
  const { t } = useTranslation();
  return (
    <PasswordField
      name="new-password"
      autoComplete="new-password"
      label={label ?? t('password.new')}
      description={t('password.rule')}
      value={value}
      error={refused && t('failure.password_invalid')}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
