/** A change on the screen as a call of the Partner API, ready to be pasted into a shell. */

type Call = {
  method: 'POST' | 'DELETE';
  /** `online/updateAccount`. */
  path: string;
  body: Record<string, unknown>;
  revision: number;
};

export function curlOf(origin: string, { method, path, body, revision }: Call): string {
  return [
    `curl -sS -X ${method} ${quoted(`${origin}/api/${path}`)}`,
    '-H "Authorization: Bearer $ACCESS_TOKEN"',
    "-H 'Content-Type: application/json'",
    `-H ${quoted(`If-Match: "${revision}"`)}`,
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}

/** One word for a POSIX shell, whatever is in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
