import { Button } from '@mantine/core';
import { deviceName, type Profile } from '@switchboard/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { profileQuery, signOutDevice, signOutOtherDevices } from '../../api/profile.ts';
import { useOutcome } from '../../ui/outcome.tsx';
import { isolate } from '../../ui/phrase.tsx';
import { Time } from '../../ui/time.tsx';

type Device = Profile['devices'][number];

export function ProfileDevices({ devices }: { devices: Device[] }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const again = () => client.invalidateQueries(profileQuery);
  const outcome = useOutcome();
  const ended = (count: number) => {
    outcome.succeed(t('devices.signedOut', { count }));
    return again();
  };
  const told = { onMutate: outcome.begin, onError: (failure: Error) => outcome.fail(failure) };
  const others = useMutation({
    ...told,
    mutationFn: signOutOtherDevices,
    onSuccess: ({ signed_out }) => ended(signed_out),
  });
  const one = useMutation({
    ...told,
    mutationFn: (device: Device) => signOutDevice(device.id),
    onSuccess: () => ended(1),
  });

  return (
    <section className="panel stack" aria-labelledby="devices-title">
      <div>
        <h2 id="devices-title">{t('devices.title')}</h2>
        <p className="muted small">{t('devices.sentence')}</p>
      </div>
      {outcome.notice}
      <ul className="devices">
        {devices.map((device) => (
          <DeviceLine
            key={device.id}
            device={device}
            pending={one.isPending && one.variables.id === device.id}
            onSignOut={() => one.mutate(device)}
          />
        ))}
      </ul>
      {devices.length > 1 && (
        <div>
          <Button variant="default" loading={others.isPending} onClick={() => others.mutate()}>
            {t('devices.signOutOthers')}
          </Button>
        </div>
      )}
    </section>
  );
}

type LineProps = { device: Device; pending: boolean; onSignOut: () => void };

function DeviceLine({ device, pending, onSignOut }: LineProps) {
  const { t } = useTranslation();
  const name = deviceName(device.user_agent) ?? t('devices.unknown');
  return (
    <li>
      <div>
        <strong title={device.user_agent}>
          <bdi>{name}</bdi>
        </strong>
        {device.current && <span className="is-on small"> · {t('devices.current')}</span>}
        {device.by_link && <span className="is-wait small"> · {t('frame.byLink')}</span>}
        <p className="muted small">
          <span dir="ltr" className="code">
            {device.address}
          </span>{' '}
          ·{' '}
          {device.server ? (
            <span dir="ltr" className="code">
              {device.server}
            </span>
          ) : (
            t('devices.console')
          )}{' '}
          · <Time at={new Date(device.created_at)} />
        </p>
      </div>
      {!device.current && (
        <Button
          variant="subtle"
          color="quiet"
          size="compact-md"
          loading={pending}
          aria-label={t('devices.signOutName', { name: isolate(name) })}
          onClick={onSignOut}
        >
          {t('devices.signOut')}
        </Button>
      )}
    </li>
  );
}
