/**
 * Letters about a person's own safety: what happened to their sign-in, and what to do when it was
 * not them. They go out after the fact and ask for nothing when it was.
 */
import { deviceName } from '@switchboard/contract';
import { frame } from '../frame.ts';
import { hello } from '../letters.ts';
import type { Letter } from '../message.ts';
import { ipInMail, moment, say, type Words } from '../words.ts';
import type { SafetyLetter } from './safety.ts';
import { inEnglish } from './safety-english.ts';
import { inHebrew } from './safety-hebrew.ts';

/** To the person whose sign-in it is about. Account names and the device are short; ten names. */
export function safetyLetter(letter: SafetyLetter): Letter {
  const { to, language, name, address } = letter;
  const { subject, happened, ifYou, ifNot } =
    language === 'he' ? inHebrew(letter) : inEnglish(letter);
  return frame({
    to,
    language,
    subject,
    blocks: [
      hello(language, name),
      ...happened,
      { list: circumstances(letter) },
      ...(ifYou ? [ifYou] : []),
      ifNot,
      {
        link: `${address}/forgot-password`,
        label: language === 'he' ? 'בחירת סיסמה' : 'Choose password',
      },
    ],
  });
}

/** When it was, and as far as is known with what and from where. */
function circumstances({ language, at, userAgent, ipAddress }: SafetyLetter): Words[] {
  const isHebrew = language === 'he';
  const time = moment(language, at);
  const device = userAgent === undefined ? undefined : deviceName(userAgent);
  const from = ipAddress === undefined ? undefined : ipInMail(ipAddress);
  return [
    isHebrew ? say`זמן: ${time} (UTC)` : say`Time: ${time} (UTC)`,
    ...(device ? [isHebrew ? say`מכשיר: ${device}` : say`Device: ${device}`] : []),
    ...(from ? [isHebrew ? say`כתובת IP: ${from}` : say`IP address: ${from}`] : []),
  ];
}
