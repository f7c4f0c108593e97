import { Button } from '@mantine/core';
import type { Profile } from '@switchboard/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutcome } from '../../ui/outcome.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { FactorDialog, type FactorTask } from './factor-dialog.tsx';

export function ProfileFactor({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const [task, setTask] = useState<FactorTask>();
  const outcome = useOutcome();
  const { second_factor: factor, codes_to: codesTo, person } = profile;

  const open = (name: FactorTask) => {
    outcome.begin();
    setTask(name);
  };
  const ask = (name: FactorTask) => (
    <Button variant="default" onClick={() => open(name)}>
      {t(`secondFactor.${name}`)}
    </Button>
  );
  const address = (
    <bdi key="email" dir="ltr">
      {codesTo ?? person.email}
    </bdi>
  );
  return (
    <section className="panel stack" aria-labelledby="factor-title">
      <div>
        <h2 id="factor-title">{t('secondFactor.title')}</h2>
        <p className="muted small">{t('secondFactor.sentence')}</p>
      </div>
      <p>
        <Phrase of={`secondFactor.is.${factor}`} parts={{ email: address }} />
      </p>
      {outcome.notice}
      <div className="row">
        {factor === 'none' && (
          <>
            {ask('app')}
            {ask('email')}
          </>
        )}
        {factor === 'app' && ask('codes')}
        {factor !== 'none' && ask('off')}
      </div>
      {task && (
        <FactorDialog
          task={task}
          email={person.email}
          onClose={() => setTask(undefined)}
          onDone={(done) => outcome.succeed(t(`secondFactor.done.${done}`))}
        />
      )}
    </section>
  );
}
