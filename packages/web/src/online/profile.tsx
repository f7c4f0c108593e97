import { useQuery } from '@tanstack/react-query';
import { accountsQuery } from '../api/workspace.ts';
import { Profile } from '../signing-in/profile/profile-page.tsx';
import { rememberedAccount } from './account/open-account.ts';
import { Frame } from './frame.tsx';

/** The frame of the account that one came from, or of the only one. */
export function ProfilePage() {
  const { data } = useQuery(accountsQuery);
  const open = data?.accounts.filter((account) => account.state === 'open') ?? [];
  const came = open.find((account) => account.account_id === rememberedAccount());
  const account = came ?? (data?.accounts.length === 1 ? open[0] : undefined);
  return (
    <Frame
      account={
        account && { id: account.account_id, name: account.account_name, role: account.role }
      }
      byLink={data?.signed_in_by_link ?? false}
    >
      <Profile />
    </Frame>
  );
}
