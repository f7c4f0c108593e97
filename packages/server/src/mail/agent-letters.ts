/** What is written to agents about an account: that they are invited, or may enter. */
import type { Language } from '@switchboard/contract';
import { frame } from './frame.ts';
import { hello, type Reader } from './letters.ts';
import type { Letter } from './message.ts';
import { duration, say, type Words } from './words.ts';

/** To somebody whose membership waits until they accept it. Whoever is not known is `''`. */
export function invitationLetter(
  letter: Reader & {
    name: string;
    accountName: string;
    inviterName: string;
    partnerName: string;
    link: string;
    days: number;
    /** Accepting asks for a new password. */
    setsPassword: boolean;
  },
): Letter {
  const { to, language, name, accountName, inviterName, partnerName, link, setsPassword } = letter;
  const time = duration(language, 'day', letter.days);
  if (language === 'he')
    return frame({
      to,
      language,
      subject: say`הזמנה לחשבון ${accountName}`,
      blocks: [
        hello(language, name),
        inviterName
          ? say`הוזמנתם על ידי ${inviterName} להיות נציגים בחשבון "${accountName}".`
          : say`הוזמנתם להיות נציגים בחשבון "${accountName}".`,
        ...provider(language, partnerName),
        setsPassword
          ? say`אפשר לקבל את ההזמנה ולבחור סיסמה תוך ${time}:`
          : say`אפשר לקבל את ההזמנה תוך ${time}, ולהיכנס עם הסיסמה הקיימת שלכם:`,
        { link, label: 'קבלת ההזמנה' },
        say`לא ציפיתם להזמנה? אין צורך לעשות דבר: בלי אישור שלכם שום דבר לא ישתנה.`,
      ],
    });
  return frame({
    to,
    language,
    subject: say`Invitation to ${accountName}`,
    blocks: [
      hello(language, name),
      inviterName
        ? say`${inviterName} invites you to be an agent of the account “${accountName}”.`
        : say`You are invited to be an agent of the account “${accountName}”.`,
      ...provider(language, partnerName),
      setsPassword
        ? say`Accept within ${time} and choose a password:`
        : say`Accept within ${time}, and sign in with the password you have:`,
      { link, label: 'Accept invitation' },
      say`If you did not expect this, do nothing: nothing changes unless you accept.`,
    ],
  });
}

/** To somebody who has a password and can enter one account more. Likewise. */
export function addedLetter(
  letter: Reader & {
    name: string;
    accountName: string;
    inviterName: string;
    partnerName: string;
    link: string;
  },
): Letter {
  const { to, language, name, accountName, inviterName, partnerName, link } = letter;
  if (language === 'he')
    return frame({
      to,
      language,
      subject: say`נוספה לכם גישה לחשבון ${accountName}`,
      blocks: [
        hello(language, name),
        inviterName
          ? say`מעכשיו יש לכם גישה לחשבון "${accountName}", כי צורפתם אליו כנציגים על ידי ${inviterName}.`
          : say`מעכשיו יש לכם גישה לחשבון "${accountName}", כי צורפתם אליו כנציגים.`,
        ...provider(language, partnerName),
        say`הכניסה היא עם כתובת האימייל הזו והסיסמה הקיימת שלכם:`,
        { link, label: 'כניסה' },
        say`לא ציפיתם לזה? אין צורך לעשות דבר.`,
      ],
    });
  return frame({
    to,
    language,
    subject: say`You now have access to ${accountName}`,
    blocks: [
      hello(language, name),
      inviterName
        ? say`You now have access to the account “${accountName}”: ${inviterName} made you an agent of it.`
        : say`You now have access to the account “${accountName}”: you were made an agent of it.`,
      ...provider(language, partnerName),
      say`Sign in with this e-mail address and the password you have:`,
      { link, label: 'Sign in' },
      say`If you did not expect this, do nothing.`,
    ],
  });
}

function provider(language: Language, partnerName: string): Words[] {
  if (!partnerName) return [];
  return language === 'he'
    ? [say`ספק השירות: ${partnerName}`]
    : [say`Service provider: ${partnerName}`];
}
