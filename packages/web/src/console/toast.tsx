/** What happened, said at the edge of the page for a few seconds. */
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { Icon } from '../ui/icons.tsx';

export function toast(message: string): void {
  notifications.show({
    message,
    icon: <Icon name="check" />,
    closeButtonProps: { 'aria-label': i18next.t('common.close') },
  });
}

/** Copies a text and says so; without a clipboard (plain http) it says that. */
export async function copyAndSay(text: string, said: string): Promise<void> {
  const copied = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  toast(copied ? said : i18next.t('common.copyFailed'));
}
