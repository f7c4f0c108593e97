import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A password, always left to right, with a button at its end that shows and hides it. */
export function PasswordField(props: Omit<PasswordInputProps, 'dir'>) {
  const { t } = useTranslation();
  const [visible, setVisible] = useState(false);
  const label = t(visible ? 'password.hide' : 'password.show');
  return (
    <PasswordInput
      {...props}
      visible={visible}
      onVisibilityChange={setVisible}
      visibilityToggleButtonProps={{ 'aria-label': label, title: label }}
    />
  );
}
