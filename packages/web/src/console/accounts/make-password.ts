/** A password of 66 random bits that createAccount takes, and that can be read aloud. */
export function makePassword(): string {
  const group = () => pick(UPPER) + pick(LOWER) + pick(DIGITS) + pick(LOWER);
  return [group(), group(), group(), group()].join('-');
}

// Without those that look like others.
const UPPER = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const LOWER = 'abcdefghijkmnpqrstuvwxyz';
const DIGITS = '23456789';

/** Each is as likely: what would favour the first ones is drawn again. */
function pick(from: string): string {
  const most = 256 - (256 % from.length);
  for (;;) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    if (byte < most) return from[byte % from.length] as string;
  }
}
