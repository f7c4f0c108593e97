import { say, type Words } from '../words.ts';
import { accounts, type SafetyLetter, type Said } from './safety.ts';

export function inEnglish(letter: SafetyLetter): Said {
  const ifYou = say`If that was you, there is nothing to do.`;
  const known = say`If it was not you, somebody knows your password. Choose a new one now:`;
  switch (letter.what) {
    case 'password_set':
      return {
        subject: say`Your password was set`,
        happened: [say`A new password was set for signing in with this e-mail address.`],
        ifYou,
        ifNot: say`If it was not you, somebody else can sign in as you. Choose a new password now:`,
      };
    case 'factor_added':
      return {
        subject: say`A second factor was added`,
        happened: [
          letter.factor === 'app'
            ? say`Signing in now asks for a code from an authenticator app.`
            : say`Signing in now asks for a code that is sent by e-mail.`,
        ],
        ifYou,
        ifNot: say`If it was not you, somebody who knows your password may shut you out. Choose a new one now, and if you cannot sign in with it, ask an administrator of your account for help:`,
      };
    case 'factor_removed':
      return {
        subject: say`A second factor was removed`,
        happened: [
          letter.factor === 'app'
            ? say`Signing in no longer asks for a code from your authenticator app.`
            : say`Signing in no longer asks for a code that is sent by e-mail.`,
        ],
        ifYou,
        ifNot: known,
      };
    case 'backup_codes_made':
      return {
        subject: say`New backup codes were made`,
        happened: [say`New backup codes for your sign-in were made. Those of before work no more.`],
        ifYou,
        ifNot: known,
      };
    case 'address_proved':
      return {
        subject: say`Your address is confirmed`,
        happened: [
          say`This e-mail address was confirmed with a link that was sent to it. A password or second factor that others had set before is gone.`,
          ...accounts(say`Accounts that are open to you now:`, letter.open, more),
          ...accounts(say`Accounts that wait until you accept:`, letter.waiting, more),
        ],
        ifNot: say`If you did not use such a link, somebody reads your mail. Change the password of your mailbox first, then choose a new one here:`,
      };
    case 'wrong_codes':
      return {
        subject: say`Ten wrong codes for your sign-in`,
        happened: [
          say`Somebody entered your password, and then ten wrong verification codes. Nobody got in with them.`,
        ],
        ifYou,
        ifNot: known,
      };
    case 'new_device':
      return {
        subject: say`Sign-in from a new device`,
        happened: [
          say`Your e-mail address and password were used to sign in on a device that was not used before.`,
        ],
        ifYou,
        ifNot: known,
      };
  }
}

const more = (count: number): Words => say`and ${String(count)} more`;
