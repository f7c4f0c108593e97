/** What is written about a partner's people: to whoever is invited, and to its administrators. */
import type { MemberRole } from '@switchboard/contract';
import { type Framed, frame } from './frame.ts';
import { hello, type Reader } from './letters.ts';
import type { Letter } from './message.ts';
import { addressInMail, duration, say, type Words } from './words.ts';

export type MemberInvitation = Reader & {
  name: string;
  partnerName: string;
  /** Of the member who invites; `''` where a program does. */
  inviterName: string;
  link: string;
  days: number;
  /** Accepting asks for a new password. */
  setsPassword: boolean;
};

type Said = Pick<Framed, 'subject' | 'blocks'>;

/** To somebody whose membership waits until they accept it. */
export const memberInvitationLetter = (letter: MemberInvitation): Letter =>
  frame({
    to: letter.to,
    language: letter.language,
    ...(letter.language === 'he' ? invitedInHebrew(letter) : invitedInEnglish(letter)),
  });

function invitedInEnglish(letter: MemberInvitation): Said {
  const { language, name, partnerName, inviterName, link } = letter;
  const time = duration(language, 'day', letter.days);
  return {
    subject: say`Invitation to ${partnerName}`,
    blocks: [
      hello(language, name),
      inviterName
        ? say`${inviterName} invites you to the console of “${partnerName}”, where the accounts of its customers are managed.`
        : say`You are invited to the console of “${partnerName}”, where the accounts of its customers are managed.`,
      letter.setsPassword
        ? say`Accept within ${time} and choose a password:`
        : say`Accept within ${time}, and sign in with the password you have:`,
      { link, label: 'Accept invitation' },
      say`If you did not expect this, do nothing: nothing changes unless you accept.`,
    ],
  };
}

/** In the plural, for everybody. */
function invitedInHebrew(letter: MemberInvitation): Said {
  const { language, name, partnerName, inviterName, link } = letter;
  const time = duration(language, 'day', letter.days);
  return {
    subject: say`הזמנה אל ${partnerName}`,
    blocks: [
      hello(language, name),
      inviterName
        ? say`הוזמנתם על ידי ${inviterName} לקונסולה של "${partnerName}", שבה מנהלים את חשבונות הלקוחות שלה.`
        : say`הוזמנתם לקונסולה של "${partnerName}", שבה מנהלים את חשבונות הלקוחות שלה.`,
      letter.setsPassword
        ? say`אפשר לקבל את ההזמנה ולבחור סיסמה תוך ${time}:`
        : say`אפשר לקבל את ההזמנה תוך ${time}, ולהיכנס עם הסיסמה הקיימת שלכם:`,
      { link, label: 'קבלת ההזמנה' },
      say`לא ציפיתם להזמנה? אין צורך לעשות דבר: בלי אישור שלכם שום דבר לא ישתנה.`,
    ],
  };
}

export type MemberChange = Reader & {
  /** The reader's. */
  name: string;
  partnerName: string;
  what: 'invited' | 'removed';
  member: { name: string; email: string; role: MemberRole };
  /** Who did it, by name; `''` for a program with a credential of the partner. */
  by: string;
};

/** To an administrator of a partner, somebody of whose people was named or taken out. */
export const memberChangeLetter = (letter: MemberChange): Letter =>
  frame({
    to: letter.to,
    language: letter.language,
    ...(letter.language === 'he' ? changedInHebrew(letter) : changedInEnglish(letter)),
  });

function changedInEnglish({ language, name, partnerName, what, member, by }: MemberChange): Said {
  const invited = what === 'invited';
  const done = invited ? say`was invited to` : say`was removed from`;
  return {
    subject: say`${member.name} ${done} ${partnerName}`,
    blocks: [
      hello(language, name),
      by
        ? say`${member.name} ${done} the console of “${partnerName}” by ${by}.`
        : say`${member.name} ${done} the console of “${partnerName}” through the Partner API.`,
      { list: [say`Address: ${addressInMail(member.email)}`, say`Role: ${member.role}`] },
      invited
        ? say`They can do nothing there until they accept the invitation.`
        : say`They can do nothing there any more.`,
      invited
        ? say`If this should not be, take the invitation back under “People” in the console, or with removeMember.`
        : say`If this should not be, invite them again.`,
      say`You get this because you are an administrator of ${partnerName}.`,
    ],
  };
}

const ROLES_IN_HEBREW: Record<MemberRole, Words> = {
  administrator: say`מנהל`,
  operator: say`מפעיל`,
  viewer: say`צופה`,
};

function changedInHebrew({ language, name, partnerName, what, member, by }: MemberChange): Said {
  const invited = what === 'invited';
  const subject = invited
    ? say`הזמנה של ${member.name} אל ${partnerName}`
    : say`הסרה של ${member.name} מ-${partnerName}`;
  const done = invited
    ? say`נשלחה אל ${member.name} הזמנה לקונסולה של "${partnerName}"`
    : say`הגישה של ${member.name} לקונסולה של "${partnerName}" הוסרה`;
  return {
    subject,
    blocks: [
      hello(language, name),
      by ? say`${done} על ידי ${by}.` : say`${done} דרך ה-API לשותפים.`,
      {
        list: [
          say`כתובת: ${addressInMail(member.email)}`,
          say`תפקיד: ${ROLES_IN_HEBREW[member.role]}`,
        ],
      },
      invited
        ? say`בלי קבלת ההזמנה אין לכתובת הזו שום גישה.`
        : say`מעכשיו אין לכתובת הזו שום גישה.`,
      invited
        ? say`לא התכוונתם לכך? אפשר לבטל את ההזמנה בעמוד "אנשים" בקונסולה, או בעזרת removeMember.`
        : say`לא התכוונתם לכך? אפשר להזמין מחדש.`,
      say`ההודעה נשלחה אליכם כי אתם מנהלים אצל ${partnerName}.`,
    ],
  };
}
