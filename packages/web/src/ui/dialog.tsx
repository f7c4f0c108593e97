import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import './dialog.css';

type Props = {
  title: ReactNode;
  opened: boolean;
  /** For lines of code, which are long. */
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
};

const WIDE_PX = 640;

/** A dialog labelled by its title. (Mantine's own header would be a second banner of the page.) */
export function Dialog({ title, opened, wide = false, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      centered
      {...(wide ? { size: WIDE_PX } : {})}
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
