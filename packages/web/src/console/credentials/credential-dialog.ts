import type { ReactNode } from 'react';
import type { usePasswordAgain } from '../password-again.tsx';
import type { Credential } from './credential-calls.ts';

/** Of each dialog about one credential. */
export type CredentialDialogProps = {
  credential: Credential;
  password: ReturnType<typeof usePasswordAgain>;
  onClose: () => void;
  onDone: (result: ReactNode) => void;
};
