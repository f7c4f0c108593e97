/** In the plural, for everybody. */

import { say, type Words } from '../words.ts';
import { accounts, type SafetyLetter, type Said } from './safety.ts';

export function inHebrew(letter: SafetyLetter): Said {
  const ifYou = say`אם אתם עשיתם זאת, אין צורך לעשות דבר.`;
  const known = say`אם לא, מישהו יודע את הסיסמה שלכם. בחרו עכשיו סיסמה חדשה:`;
  switch (letter.what) {
    case 'password_set':
      return {
        subject: say`נקבעה לכם סיסמה חדשה`,
        happened: [say`נקבעה סיסמה חדשה לכניסה עם כתובת האימייל הזו.`],
        ifYou,
        ifNot: say`אם לא, מישהו אחר יכול להיכנס בשמכם. בחרו עכשיו סיסמה חדשה:`,
      };
    case 'factor_added':
      return {
        subject: say`נוסף אימות לכניסה שלכם`,
        happened: [
          letter.factor === 'app'
            ? say`מעכשיו מתבקש בכניסה קוד מאפליקציית אימות.`
            : say`מעכשיו מתבקש בכניסה קוד שנשלח באימייל.`,
        ],
        ifYou,
        ifNot: say`אם לא, מישהו שיודע את הסיסמה שלכם עלול לחסום לכם את הכניסה. בחרו עכשיו סיסמה חדשה, ואם גם איתה לא תצליחו להיכנס, פנו למנהל של החשבון:`,
      };
    case 'factor_removed':
      return {
        subject: say`הוסר אימות מהכניסה שלכם`,
        happened: [
          letter.factor === 'app'
            ? say`בכניסה כבר לא מתבקש קוד מאפליקציית האימות.`
            : say`בכניסה כבר לא מתבקש קוד שנשלח באימייל.`,
        ],
        ifYou,
        ifNot: known,
      };
    case 'backup_codes_made':
      return {
        subject: say`נוצרו קודי גיבוי חדשים`,
        happened: [say`נוצרו קודי גיבוי חדשים לכניסה שלכם. הקודים הקודמים כבר אינם בתוקף.`],
        ifYou,
        ifNot: known,
      };
    case 'address_proved':
      return {
        subject: say`כתובת האימייל שלכם אושרה`,
        happened: [
          say`כתובת האימייל הזו אושרה באמצעות קישור שנשלח אליה. סיסמה או אימות נוסף שאחרים הגדירו קודם לכן אינם בתוקף עוד.`,
          ...accounts(say`חשבונות שפתוחים לכם עכשיו:`, letter.open, more),
          ...accounts(say`חשבונות שממתינים לאישור שלכם:`, letter.waiting, more),
        ],
        ifNot: say`אם לא אתם השתמשתם בקישור, מישהו קורא את הדואר שלכם. החליפו תחילה את הסיסמה של תיבת הדואר, ואחר כך בחרו סיסמה חדשה כאן:`,
      };
    case 'wrong_codes':
      return {
        subject: say`עשרה קודים שגויים בכניסה שלכם`,
        happened: [
          say`מישהו הזין את הסיסמה שלכם, ואחריה עשרה קודי אימות שגויים. איש לא נכנס באמצעותם.`,
        ],
        ifYou,
        ifNot: known,
      };
    case 'new_device':
      return {
        subject: say`כניסה ממכשיר חדש`,
        happened: [say`נעשתה כניסה עם כתובת האימייל והסיסמה שלכם ממכשיר שלא נכנסו ממנו קודם.`],
        ifYou,
        ifNot: known,
      };
  }
}

const more = (count: number): Words => (count === 1 ? say`ועוד אחד` : say`ועוד ${String(count)}`);
