/** From the password, right or just chosen, to the page of the second factor. */
import { sendCode } from '../api/identity.ts';
import { isClosed, signInOver } from './sign-in-over.ts';

export type AskedFactor = {
  methods: ('totp' | 'otp')[];
  email: string;
  /** A code is on its way, or none is needed. */
  codeSent: boolean;
};

/**
 * What the page of the second factor begins with. The code goes out here, so that opening the page
 * again sends nothing.
 *
 * @throws ApiFailure when the sign-in is over
 */
export const askFactor = async (
  methods: AskedFactor['methods'],
  email: string,
): Promise<AskedFactor> => ({
  methods,
  email,
  codeSent: methods.includes('totp') || (await codeGoesOut()),
});

/** Where the code cannot be sent, it can be asked for again; unless the sign-in itself is over. */
const codeGoesOut = () =>
  sendCode().then(
    () => true,
    (failure: Error) => {
      if (isClosed(failure) || signInOver(failure)) throw failure;
      return false;
    },
  );
