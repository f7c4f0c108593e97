/** To a partner's administrators: one of its credentials was made, rotated or revoked. No secrets. */
import { type Framed, frame } from './frame.ts';
import { hello, type Reader } from './letters.ts';
import type { Letter } from './message.ts';
import { addressInMail, escapeHtml, ipInMail, moment, say, type Words } from './words.ts';

export type CredentialChange =
  | { what: 'created' | 'revoked' }
  /** `oldSecretEnds`: Unix time in seconds. */
  | { what: 'rotated'; oldSecretEnds: number };

/** Who did it. */
export type CredentialChanger =
  | { kind: 'person'; name: string; email: string }
  | { kind: 'credential'; name: string; clientId: string }
  | { kind: 'operator' };

export type CredentialLetter = Reader &
  CredentialChange & {
    /** The reader's; `''` when it is not known. */
    name: string;
    partnerName: string;
    credential: { name: string; clientId: string };
    by: CredentialChanger;
    at: Date;
    /** Undefined where it may be many clients'. */
    ipAddress: string | undefined;
  };

type Said = Pick<Framed, 'subject' | 'blocks'>;

export const credentialLetter = (letter: CredentialLetter): Letter =>
  frame({
    to: letter.to,
    language: letter.language,
    ...(letter.language === 'he' ? inHebrew(letter) : inEnglish(letter)),
  });

function inEnglish(letter: CredentialLetter): Said {
  const { language, partnerName, by } = letter;
  const { credential, at, ip, ends } = facts(letter);
  const who =
    by.kind === 'operator'
      ? say`the operator of Switchboard`
      : by.kind === 'person'
        ? say`${by.name} (${addressInMail(by.email)})`
        : say`a program with the credential ${nameOf(by)}`;
  const said = {
    created: {
      subject: say`A credential was made for ${partnerName}`,
      happened: say`Programs can now call Switchboard for ${partnerName} with another credential.`,
      ifNot: say`If none of you did this, revoke the credential at once, and then whatever it was made with: whoever has it can change and switch off accounts.`,
    },
    rotated: {
      subject: say`A credential of ${partnerName} has a new secret`,
      happened: say`A new secret was made for a credential of ${partnerName}.`,
      ifNot: say`If none of you did this, somebody else may have the new secret: revoke the credential and make another one for your program.`,
    },
    revoked: {
      subject: say`A credential of ${partnerName} was revoked`,
      happened: say`A credential of ${partnerName} was revoked. Programs that use it are refused from now on, and the login links that it made are over.`,
      ifNot: say`If none of you did this, make another one for your program, and find out who else can do such things in your name.`,
    },
  }[letter.what];
  return {
    subject: said.subject,
    blocks: [
      hello(language, letter.name),
      said.happened,
      {
        list: [
          say`Credential: ${credential}`,
          say`By: ${who}`,
          say`Time: ${at} (UTC)`,
          ...(ip ? [say`IP address: ${ip}`] : []),
          ...(ends ? [say`The old secret works until: ${ends} (UTC)`] : []),
        ],
      },
      said.ifNot,
      say`You get this because you are an administrator of ${partnerName}.`,
    ],
  };
}

/** In the plural, for everybody. */
function inHebrew(letter: CredentialLetter): Said {
  const { language, partnerName, by } = letter;
  const { credential, at, ip, ends } = facts(letter);
  const who =
    by.kind === 'operator'
      ? say`מפעילי המערכת`
      : by.kind === 'person'
        ? say`${by.name} (${addressInMail(by.email)})`
        : say`תוכנה עם פרטי הגישה ${nameOf(by)}`;
  const said = {
    created: {
      subject: say`נוצרו פרטי גישה ל-API של ${partnerName}`,
      happened: say`מעכשיו תוכנות יכולות לפנות ל-Switchboard בשם ${partnerName} עם פרטי גישה נוספים.`,
      ifNot: say`אם אף אחד מכם לא עשה זאת, בטלו מיד את פרטי הגישה האלה, ואחריהם את מה שבעזרתו נוצרו: מי שמחזיק בהם יכול לשנות חשבונות ולכבות אותם.`,
    },
    rotated: {
      subject: say`נוצר סוד חדש לפרטי גישה של ${partnerName}`,
      happened: say`נוצר סוד חדש לפרטי הגישה ל-API של ${partnerName}.`,
      ifNot: say`אם אף אחד מכם לא עשה זאת, ייתכן שהסוד החדש בידי מישהו אחר: בטלו את פרטי הגישה וצרו לתוכנה שלכם אחרים.`,
    },
    revoked: {
      subject: say`פרטי גישה של ${partnerName} בוטלו`,
      happened: say`פרטי גישה ל-API של ${partnerName} בוטלו. תוכנות שמשתמשות בהם נדחות מעכשיו, וקישורי הכניסה שנוצרו בעזרתם אינם פועלים עוד.`,
      ifNot: say`אם אף אחד מכם לא עשה זאת, צרו לתוכנה שלכם פרטי גישה אחרים, ובדקו מי עוד יכול לפעול כך בשמכם.`,
    },
  }[letter.what];
  return {
    subject: said.subject,
    blocks: [
      hello(language, letter.name),
      said.happened,
      {
        list: [
          say`פרטי הגישה: ${credential}`,
          say`על ידי: ${who}`,
          say`זמן: ${at} (UTC)`,
          ...(ip ? [say`כתובת IP: ${ip}`] : []),
          ...(ends ? [say`הסוד הקודם פועל עד: ${ends} (UTC)`] : []),
        ],
      },
      said.ifNot,
      say`ההודעה נשלחה אליכם כי אתם מנהלים אצל ${partnerName}.`,
    ],
  };
}

function facts(letter: CredentialLetter) {
  const { language, at, ipAddress, credential } = letter;
  const ends = letter.what === 'rotated' ? new Date(letter.oldSecretEnds * 1000) : undefined;
  return {
    credential: nameOf(credential),
    at: moment(language, at),
    ip: ipAddress === undefined ? undefined : ipInMail(ipAddress),
    ends: ends && moment(language, ends),
  };
}

/** `CRM (swb_ci_…)`; the operator makes some without a name. */
function nameOf({ name, clientId }: { name: string; clientId: string }): Words {
  const id = { text: clientId, html: `<bdi dir="ltr">${escapeHtml(clientId)}</bdi>` };
  return name === '' ? id : say`${name} (${id})`;
}
