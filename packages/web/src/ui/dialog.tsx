import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import './dialog.css';

type Props = { title: ReactNode; opened: boolean; onClose: () => void; children: ReactNode };

/** A dialog labelled by its title. (Mantine's own header would be a second banner of the page.) */
export function Dialog({ title, opened, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      centered
      padding={20}
      // Not by `className`, which would also reach the pane around it, as wide as the window.
      classNames={{ content: 'dialog' }}
    >
      <Modal.Overlay backgroundOpacity={0.5} />
      <Modal.Content>
        <div className="dialog-head">
          <Modal.Title>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('common.close')} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
