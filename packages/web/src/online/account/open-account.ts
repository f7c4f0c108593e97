/** The account that is open in this tab: its pages read it, `/profile` finds the way back. */
import type { WorkspaceState } from '@switchboard/contract';
import { createContext, use } from 'react';

export const OpenAccount = createContext<WorkspaceState | undefined>(undefined);

export function useAccount(): WorkspaceState {
  const state = use(OpenAccount);
  if (!state) throw new Error('No account is open here.');
  return state;
}

const KEY = 'switchboard.account';

export const rememberAccount = (id: number) => sessionStorage.setItem(KEY, String(id));
export const rememberedAccount = () => Number(sessionStorage.getItem(KEY) ?? 0);
