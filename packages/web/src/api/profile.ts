/** The signed-in person: name, language, second factor, devices. */
import { call, queryOf, type Sent } from './call.ts';

export const profileQuery = queryOf('GET /api/profile', {});

export const changeProfile = (change: Sent<'PATCH /api/profile'>) =>
  call('PATCH /api/profile', change);

export const signOutDevice = (id: string) => call('DELETE /api/profile/devices/:id', { id });

export const signOutOtherDevices = () => call('DELETE /api/profile/devices', {});

export const sendMyInvitations = () => call('POST /api/profile/invitations', {});
