import { Button } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';

/** How the form that is open asks; one at a time. */
let ask: (() => Promise<boolean>) | undefined;

/** Whether the page may be left: asks where something on it is typed and not saved. */
export const mayLeave = async (): Promise<boolean> => (ask ? ask() : true);

/** Nobody leaves a form with unsaved changes unasked, by link, by history or by closing the tab. */
export function AskBeforeLeaving({ unsaved }: { unsaved: boolean }) {
  const { t } = useTranslation();
  const [answer, setAnswer] = useState<(leaves: boolean) => void>();

  useEffect(() => {
    if (!unsaved) return;
    const asking = () => new Promise<boolean>((resolve) => setAnswer(() => resolve));
    ask = asking;
    return () => {
      if (ask === asking) ask = undefined;
    };
  }, [unsaved]);

  useBlocker({
    shouldBlockFn: async () => !(await mayLeave()),
    enableBeforeUnload: unsaved,
    disabled: !unsaved,
  });

  const end = (leaves: boolean) => {
    answer?.(leaves);
    setAnswer(undefined);
  };
  return (
    <Dialog title={t('unsaved.title')} opened={answer !== undefined} onClose={() => end(false)}>
      <div className="stack">
        <p>{t('unsaved.sentence')}</p>
        <div className="row">
          <Button variant="filled" data-autofocus onClick={() => end(false)}>
            {t('unsaved.stay')}
          </Button>
          <Button variant="default" onClick={() => end(true)}>
            {t('unsaved.leave')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
