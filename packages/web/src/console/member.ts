/** The partner whose pages are open, and what whoever is signed in may do there. */
import type { MemberRole, PartnerOfPerson } from '@switchboard/contract';
import { createContext, use } from 'react';

export const OpenPartner = createContext<PartnerOfPerson | undefined>(undefined);

export type Member = PartnerOfPerson & {
  /** Changes accounts. */
  changes: boolean;
  /** Changes credentials, people and the partner's own data. */
  administers: boolean;
};

export function useMember(): Member {
  const partner = use(OpenPartner);
  if (!partner) throw new Error('No partner is open here.');
  return {
    ...partner,
    changes: changers.has(partner.role),
    administers: partner.role === 'administrator',
  };
}

const changers: ReadonlySet<MemberRole> = new Set(['administrator', 'operator']);

const KEY = 'switchboard.partner';

export const rememberPartner = (id: number) => sessionStorage.setItem(KEY, String(id));
export const rememberedPartner = () => Number(sessionStorage.getItem(KEY) ?? 0);
