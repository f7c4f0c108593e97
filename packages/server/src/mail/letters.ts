/**
 * What Switchboard writes to people, in their language. Each letter says why it came, and what to
 * do when it was not expected. Words as in the pages; Hebrew in the plural, for everybody.
 */
import type { Language } from '@switchboard/contract';
import { frame } from './frame.ts';
import type { Letter } from './message.ts';
import { duration, say, type Words } from './words.ts';

type Reader = { to: string; language: Language };

/** To somebody who asked for a new password. */
export function resetLetter(
  letter: Reader & { name: string; link: string; minutes: number },
): Letter {
  const { to, language, name, link } = letter;
  const time = duration(language, 'minute', letter.minutes);
  if (language === 'he')
    return frame({
      to,
      language,
      subject: say`בחירת סיסמה חדשה`,
      blocks: [
        hello(language, name),
        say`התקבלה בקשה לסיסמה חדשה עבור כתובת האימייל הזו. אפשר לבחור סיסמה תוך ${time}:`,
        { link, label: 'בחירת סיסמה' },
        say`לא ביקשתם סיסמה חדשה? אין צורך לעשות דבר: הסיסמה תישאר כפי שהיא.`,
      ],
    });
  return frame({
    to,
    language,
    subject: say`Choose a new password`,
    blocks: [
      hello(language, name),
      say`A new password was asked for with this e-mail address. Choose it within ${time}:`,
      { link, label: 'Choose password' },
      say`If you did not ask for it, do nothing: your password stays as it is.`,
    ],
  });
}

/** To somebody who gave the right password and has codes sent by e-mail. */
export function codeLetter(letter: Reader & { code: string; minutes: number }): Letter {
  const { to, language, code } = letter;
  const time = duration(language, 'minute', letter.minutes);
  if (language === 'he')
    return frame({
      to,
      language,
      subject: say`קוד האימות שלכם`,
      blocks: [
        say`קוד האימות שלכם, בתוקף למשך ${time}:`,
        { code },
        say`הקוד נשלח כי התבקשה כניסה עם כתובת האימייל והסיסמה שלכם.`,
        say`אם לא אתם ביקשתם להיכנס, אל תמסרו את הקוד לאיש: בלעדיו אי אפשר להיכנס. ייתכן שמישהו יודע את הסיסמה שלכם, לכן כדאי להחליף אותה.`,
      ],
    });
  return frame({
    to,
    language,
    subject: say`Your verification code`,
    blocks: [
      say`Your verification code, good for ${time}:`,
      { code },
      say`You get it because your e-mail address and password were used to sign in.`,
      say`If that was not you, give the code to no one: without it nobody gets in. Somebody may know your password, so change it.`,
    ],
  });
}

/** To somebody whose membership waits until they accept it. `partnerName` may be empty. */
export function invitationLetter(
  letter: Reader & {
    name: string;
    accountName: string;
    partnerName: string;
    link: string;
    days: number;
    /** Accepting asks for a new password. */
    setsPassword: boolean;
  },
): Letter {
  const { to, language, name, accountName, partnerName, link, setsPassword } = letter;
  const time = duration(language, 'day', letter.days);
  if (language === 'he')
    return frame({
      to,
      language,
      subject: say`הזמנה לחשבון ${accountName}`,
      blocks: [
        hello(language, name),
        say`הוזמנתם להיות נציגים בחשבון "${accountName}".`,
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
      say`You are invited to be an agent of the account “${accountName}”.`,
      ...provider(language, partnerName),
      setsPassword
        ? say`Accept within ${time} and choose a password:`
        : say`Accept within ${time}, and sign in with the password you have:`,
      { link, label: 'Accept invitation' },
      say`If you did not expect this, do nothing: nothing changes unless you accept.`,
    ],
  });
}

/** To somebody who has a password and can enter one account more. `partnerName` may be empty. */
export function addedLetter(
  letter: Reader & { name: string; accountName: string; partnerName: string; link: string },
): Letter {
  const { to, language, name, accountName, partnerName, link } = letter;
  if (language === 'he')
    return frame({
      to,
      language,
      subject: say`נוספה לכם גישה לחשבון ${accountName}`,
      blocks: [
        hello(language, name),
        say`מעכשיו יש לכם גישה לחשבון "${accountName}", כי צורפתם אליו כנציגים.`,
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
      say`You now have access to the account “${accountName}”: you were made an agent of it.`,
      ...provider(language, partnerName),
      say`Sign in with this e-mail address and the password you have:`,
      { link, label: 'Sign in' },
      say`If you did not expect this, do nothing.`,
    ],
  });
}

export function hello(language: Language, name: string): Words {
  if (language === 'he') return name ? say`שלום ${name},` : say`שלום,`;
  return name ? say`Hello ${name},` : say`Hello,`;
}

function provider(language: Language, partnerName: string): Words[] {
  if (!partnerName) return [];
  return language === 'he'
    ? [say`ספק השירות: ${partnerName}`]
    : [say`Service provider: ${partnerName}`];
}
