/**
 * Where the calls of identity are: beside their schemas, not within, so that a page can call them
 * without loading what checks them.
 */
const auth = <const P extends string>(path: P) => `/api/auth/${path}` as const;

export const identityPaths = {
  signIn: auth('sign-in/email'),
  signOut: auth('sign-out'),
  getSession: auth('get-session'),
  requestPasswordReset: auth('request-password-reset'),
  resetPassword: auth('reset-password'),
  changePassword: auth('change-password'),
  listSessions: auth('list-sessions'),
  revokeSession: auth('revoke-session'),
  revokeSessions: auth('revoke-sessions'),
  enableFactor: auth('two-factor/enable'),
  disableFactor: auth('two-factor/disable'),
  getAppUri: auth('two-factor/get-totp-uri'),
  generateBackupCodes: auth('two-factor/generate-backup-codes'),
  sendCode: auth('two-factor/send-otp'),
  verifyMailedCode: auth('two-factor/verify-otp'),
  verifyAppCode: auth('two-factor/verify-totp'),
  verifyBackupCode: auth('two-factor/verify-backup-code'),
} as const;
