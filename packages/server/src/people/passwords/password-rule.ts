/** Whether a password may be chosen on our pages (`newPassword` of the contract has its length). */
import { newPassword } from '@switchboard/contract';
import { Failure } from '../../failure.ts';

// Shorter pieces of a name or an address say nothing.
const SHORTEST_PIECE = 4;

/**
 * Refuses what is too short or too long, one of the 49,233 commonest passwords, and what is mostly
 * the person's own name or address.
 *
 * @param parameter the field at fault
 * @throws Failure password_invalid
 */
export async function requireGoodPassword(
  password: string,
  person: { name: string; email: string },
  parameter: string,
): Promise<void> {
  const fits = newPassword.safeParse(password).success;
  if (!fits || holdsOwn(password, person) || (await isCommon(password)))
    throw new Failure('password_invalid', { parameter });
}

/** Whether little is left of a password once the person's own name and address are taken out. */
function holdsOwn(password: string, { name, email }: { name: string; email: string }): boolean {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const pieces = [
    ...[email.toLowerCase(), name.toLowerCase(), local],
    ...`${name} ${local} ${domain}`.toLowerCase().split(/[^\p{L}\p{N}]/u),
  ].filter((piece) => piece.length >= SHORTEST_PIECE);
  const typed = password.toLowerCase();
  return pieces.some(
    (piece) => typed.includes(piece) && typed.replaceAll(piece, '').length < SHORTEST_PIECE,
  );
}

let common: Promise<ReadonlySet<string>> | undefined;

/** The list is read when the first password is chosen: 24 ms that no start waits for. */
async function isCommon(password: string): Promise<boolean> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return (await common).has(password.toLowerCase());
}
