/** What is written to a partner's administrators about what is theirs. */
import { type Framed, frame } from './frame.ts';
import { hello, type Reader } from './letters.ts';
import type { Letter } from './message.ts';
import { duration, escapeHtml, moment, number, say, type Words } from './words.ts';

export type WebhookPaused = Reader & {
  /** The reader's; `''` when it is not known. */
  name: string;
  partnerName: string;
  /** Whole: the letter shows its origin alone, since path and query may hold secrets. */
  url: string;
  /** Since when the address took nothing. */
  since: Date;
  /** Deliveries that wait. */
  waiting: number;
  /** How long each is kept. */
  days: number;
};

/** To an administrator of a partner whose webhook took nothing for so long that it is paused. */
export const webhookPausedLetter = (letter: WebhookPaused): Letter =>
  frame({
    to: letter.to,
    language: letter.language,
    ...(letter.language === 'he' ? pausedInHebrew(letter) : pausedInEnglish(letter)),
  });

type Said = Pick<Framed, 'subject' | 'blocks'>;

function pausedInEnglish(letter: WebhookPaused): Said {
  const { language, name, partnerName } = letter;
  const { origin, since, waiting, days } = facts(letter);
  return {
    subject: say`The webhook of ${partnerName} is paused`,
    blocks: [
      hello(language, name),
      say`Switchboard no longer sends events to the webhook of ${partnerName}, because its address does not take them.`,
      {
        list: [
          say`Address: ${origin}`,
          say`Nothing taken since: ${since} (UTC)`,
          say`Events waiting: ${waiting}`,
        ],
      },
      say`Nothing is lost: what happens from now on waits too, and each event is kept for ${days}.`,
      say`Mend the program that receives the events; testWebhook tells what it answers. Then call resumeWebhook: everything that waits is sent at once, in order for each account.`,
      say`You get this because you are an administrator of ${partnerName}.`,
    ],
  };
}

/** In the plural, for everybody. */
function pausedInHebrew(letter: WebhookPaused): Said {
  const { language, name, partnerName } = letter;
  const { origin, since, waiting, days } = facts(letter);
  return {
    subject: say`ה-Webhook של ${partnerName} מושהה`,
    blocks: [
      hello(language, name),
      say`האירועים כבר לא נשלחים ל-Webhook של ${partnerName}, כי הכתובת שלו אינה מקבלת אותם.`,
      {
        list: [
          say`כתובת: ${origin}`,
          say`לא התקבל דבר מאז: ${since} (UTC)`,
          say`אירועים שממתינים: ${waiting}`,
        ],
      },
      say`שום דבר לא הלך לאיבוד: גם מה שיקרה מעכשיו ימתין, וכל אירוע נשמר למשך ${days}.`,
      say`תקנו את התוכנה שמקבלת את האירועים; testWebhook מראה מה היא עונה. אחר כך קראו ל-resumeWebhook: כל מה שממתין יישלח מיד, לפי הסדר בכל חשבון.`,
      say`ההודעה נשלחה אליכם כי אתם מנהלים אצל ${partnerName}.`,
    ],
  };
}

const facts = ({ language, url, since, waiting, days }: WebhookPaused) => ({
  origin: originInMail(url),
  since: moment(language, since),
  waiting: number(language, waiting),
  days: duration(language, 'day', days),
});

/** Whole, so that it can be recognised; of a host that was judged when it was set. */
function originInMail(url: string): Words {
  const { origin } = new URL(url);
  return {
    text: origin,
    html: `<bdi dir="ltr" style="word-break:break-all">${escapeHtml(origin)}</bdi>`,
  };
}
