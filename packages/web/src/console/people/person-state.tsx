import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../../ui/icons.tsx';
import type { PersonOfPartner } from './people-calls.ts';

type State = PersonOfPartner['state'];

const looks: Record<State, [className: string, icon: IconName]> = {
  open: ['is-on', 'check'],
  waiting: ['is-wait', 'clock'],
  second_factor_needed: ['is-wait', 'warning'],
};

export function PersonState({ state }: { state: State }) {
  const { t } = useTranslation();
  const [className, icon] = looks[state];
  return (
    <span className={`badge ${className}`}>
      <Icon name={icon} />
      {t(`people.states.${state}`)}
    </span>
  );
}
