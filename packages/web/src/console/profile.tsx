import { useQuery } from '@tanstack/react-query';
import { consoleHomeQuery } from '../api/console-home.ts';
import { Profile } from '../signing-in/profile/profile-page.tsx';
import { ConsoleFrame } from './frame.tsx';
import { rememberedPartner } from './member.ts';

/** In the frame of the partner that one came from, or of the only one. */
export function ProfilePage() {
  const { data } = useQuery(consoleHomeQuery);
  const open = data?.partners.filter(({ state }) => state === 'active') ?? [];
  const came = open.find(({ partner }) => partner === rememberedPartner());
  return (
    <ConsoleFrame home={data} partner={came ?? (open.length === 1 ? open[0] : undefined)}>
      <Profile />
    </ConsoleFrame>
  );
}
