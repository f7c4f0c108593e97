/** The signed-in person: name, language, second factor, devices. */
import type { Language, Profile } from '@switchboard/contract';
import { queryOptions } from '@tanstack/react-query';
import { request } from './request.ts';

export const profileQuery = queryOptions({
  queryKey: ['profile'],
  queryFn: () => request<Profile>('GET', '/api/profile'),
});

export const changeProfile = (change: { name?: string; language?: Language | null }) =>
  request<Profile['person']>('PATCH', '/api/profile', change);

export const signOutDevice = (id: string) =>
  request<unknown>('DELETE', `/api/profile/devices/${encodeURIComponent(id)}`);

export const signOutOtherDevices = () =>
  request<{ signed_out: number }>('DELETE', '/api/profile/devices');

export const sendMyInvitations = () => request<unknown>('POST', '/api/profile/invitations', {});
