/** What arrived where JSON should be, for whoever has to mend it; never a part of the body itself. */

export type SentBody = {
  bytes: Uint8Array;
  /** `Content-Type` as it came. */
  type: string | undefined;
  /** `Content-Encoding`, likewise. */
  encoding: string | undefined;
};

/**
 * Says what a body is that is no JSON, as the end of the sentence "The body …"; undefined for what
 * is text after all.
 */
export function otherThanJson({ bytes, type = '', encoding = '' }: SentBody): string | undefined {
  if (bytes.length === 0) return 'is empty';
  const compression = compressionOf(bytes, encoding.trim().toLowerCase());
  if (compression) return `is compressed (${compression}); send it as it is`;
  if (isWideText(bytes)) return 'is UTF-16 or UTF-32; send it in UTF-8';
  const start = startOf(bytes);
  if (start.trim() === '') return 'holds white space alone';
  if (/^\s*--/.test(start) || (/^multipart\//i.test(type) && !/^\s*[{[]/.test(start)))
    return 'is a form (multipart/form-data); send its fields as JSON';
  if (/^\s*[\w.%+[\]-]+=/.test(start)) return 'is a form (a=1&b=2); send its fields as JSON';
  if (/^\s*</.test(start)) return 'is XML or HTML';
  return undefined;
}

/** Where a body stops being UTF-8, as the end of the sentence "The body …"; undefined if nowhere. */
export function whereUtf8Breaks(bytes: Uint8Array): string | undefined {
  const read = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const again = new TextEncoder().encode(read);
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  return at < 0 ? undefined : `is not UTF-8: byte ${at + 1} does not belong there`;
}

const MAGIC: [string, number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['deflate', [0x78, 0x01]],
  ['deflate', [0x78, 0x9c]],
  ['deflate', [0x78, 0xda]],
];

function compressionOf(bytes: Uint8Array, encoding: string): string | undefined {
  const known = MAGIC.find(([, magic]) => magic.every((byte, index) => bytes[index] === byte));
  if (known) return known[0];
  return /^(br|gzip|deflate|zstd|compress)$/.test(encoding) ? encoding : undefined;
}

/** By its byte order mark, or by the zero that ASCII has beside it there. */
function isWideText([first, second]: Uint8Array): boolean {
  const marked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  return marked || first === 0 || second === 0;
}

// Enough to tell what it is: white space in front of it may be as long as the body.
const LOOKED_AT = 1_000;

const startOf = (bytes: Uint8Array): string =>
  new TextDecoder('latin1').decode(bytes.subarray(0, LOOKED_AT));
