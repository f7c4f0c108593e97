import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { consoleHomeQuery } from '../../api/console-home.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Phrase } from '../../ui/phrase.tsx';
import { useMember } from '../member.ts';
import { usePasswordAgain } from '../password-again.tsx';
import { type PersonOfPartner, peopleKey, remove as removePerson } from './people-calls.ts';

type Props = {
  person: PersonOfPartner;
  isMe: boolean;
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
};

export function RemovePerson({ person, isMe, opened, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const { partner } = useMember();
  const client = useQueryClient();
  const password = usePasswordAgain();
  const remove = useMutation({
    mutationFn: () => password.make(() => removePerson(partner, person.person_id)),
    onSuccess: async () => {
      onClose();
      onDone();
      // Whoever removed oneself has no business here any more.
      if (isMe) return client.invalidateQueries(consoleHomeQuery);
      await client.invalidateQueries({ queryKey: peopleKey(partner) });
    },
  });
  const name = <bdi key="name">{person.name}</bdi>;
  const close = () => {
    remove.reset();
    onClose();
  };
  const what = person.state === 'waiting' ? 'removeWaiting' : isMe ? 'removeYou' : 'removeSentence';
  return (
    <>
      <Dialog
        title={<Phrase of="agents.removeTitle" parts={{ name }} />}
        opened={opened && !password.asks}
        onClose={close}
      >
        <div className="stack">
          <p>{t(`people.${what}`)}</p>
          <FailureNote failure={remove.error} />
          <div className="row">
            <Button
              variant="filled"
              color="off"
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              <span>
                <Phrase of="agents.removeName" parts={{ name }} />
              </span>
            </Button>
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
          </div>
        </div>
      </Dialog>
      {password.dialog}
    </>
  );
}
