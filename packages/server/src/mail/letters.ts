/**
 * What Switchboard writes to people, in their language. Each letter says why it came, and what to
 * do when it was not expected. Words as in the pages; Hebrew in the plural, for everybody.
 */
import type { Language } from '@switchboard/contract';
import { frame } from './frame.ts';
import type { Letter } from './message.ts';
import { addressInMail, duration, say, type Words } from './words.ts';

export type Reader = { to: string; language: Language };

/** To somebody who asked for a new password. */
export function resetLetter(
  letter: Reader & { name: string; link: string; minutes: number },
): Letter {
  const { to, language, name, link } = letter;
  const email = addressInMail(to);
  const time = duration(language, 'minute', letter.minutes);
  if (language === 'he')
    return frame({
      to,
      language,
      subject: say`בחירת סיסמה חדשה`,
      blocks: [
        hello(language, name),
        say`התקבלה בקשה לסיסמה חדשה עבור ${email}. אפשר לבחור סיסמה תוך ${time}:`,
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
      say`A new password for ${email} was asked for. Choose it within ${time}:`,
      { link, label: 'Choose password' },
      say`If you did not ask for it, do nothing: your password stays as it is.`,
    ],
  });
}

/** To somebody who gave the right password and has codes sent by e-mail. */
export function codeLetter(
  letter: Reader & { email: string; code: string; minutes: number },
): Letter {
  const { to, language, code } = letter;
  // To another's mailbox it is text that somebody chose.
  const email = letter.email === to ? addressInMail(to) : letter.email;
  const time = duration(language, 'minute', letter.minutes);
  if (language === 'he')
    return frame({
      to,
      language,
      subject: say`קוד האימות שלכם`,
      blocks: [
        say`קוד האימות לכניסה עם ${email}, בתוקף למשך ${time}:`,
        { code },
        say`הקוד נשלח כי התבקשה כניסה עם הכתובת הזו ועם הסיסמה שלכם.`,
        say`אם לא אתם ביקשתם להיכנס, אל תמסרו את הקוד לאיש: בלעדיו אי אפשר להיכנס. ייתכן שמישהו יודע את הסיסמה שלכם, לכן כדאי להחליף אותה.`,
      ],
    });
  return frame({
    to,
    language,
    subject: say`Your verification code`,
    blocks: [
      say`The verification code to sign in as ${email}, good for ${time}:`,
      { code },
      say`You get it because this address and your password were used to sign in.`,
      say`If that was not you, give the code to no one: without it nobody gets in. Somebody may know your password, so change it.`,
    ],
  });
}

export function hello(language: Language, name: string): Words {
  if (language === 'he') return name ? say`שלום ${name},` : say`שלום,`;
  return name ? say`Hello ${name},` : say`Hello,`;
}
