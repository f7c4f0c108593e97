/** Where mail goes without an SMTP server: files that a mail program opens. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { makeFolder } from '../installation/folder.ts';
import { writePrivateFile } from '../private-file.ts';
import type { Message } from './message.ts';

const builder = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** Writes `<UTC time>-<random>.eml` for the owner's eyes, whole or not at all; answers its path. */
export async function writeToOutbox(folder: string, message: Message): Promise<string> {
  const built = await builder.sendMail(message);
  makeFolder(folder, 0o700);
  const time = new Date().toISOString().replaceAll(':', '-');
  const file = join(folder, `${time}-${randomBytes(4).toString('hex')}.eml`);
  // All ASCII: everything else in it is encoded.
  writePrivateFile(file, built.message.toString());
  return file;
}
