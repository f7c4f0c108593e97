import { Button } from '@mantine/core';
import type { AgentOfAccount } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { removeAgent } from '../../api/workspace.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FailureNote } from '../../ui/failure-note.tsx';
import { Phrase } from '../../ui/phrase.tsx';

type Props = {
  agent: AgentOfAccount;
  accountId: number;
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
};

export function RemoveAgent({ agent, accountId, opened, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeAgent(accountId, agent.id),
    onSuccess: async () => {
      onClose();
      onDone();
      // Whoever removed oneself has no business here any more.
      const key = agent.you ? ['workspace', accountId] : ['agents', accountId];
      await client.invalidateQueries({ queryKey: key });
    },
  });
  const name = <bdi key="name">{agent.name}</bdi>;
  const close = () => {
    remove.reset();
    onClose();
  };
  return (
    <Dialog
      title={<Phrase of="agents.removeTitle" parts={{ name }} />}
      opened={opened}
      onClose={close}
    >
      <div className="stack">
        <p>
          {t(
            agent.state === 'waiting'
              ? 'agents.removeWaiting'
              : agent.you
                ? 'agents.removeYou'
                : 'agents.removeSentence',
          )}
        </p>
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
  );
}
