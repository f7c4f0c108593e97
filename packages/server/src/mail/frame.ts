/**
 * The frame of every letter. HTML with inline styles, no images and nothing that is fetched; no
 * colours but the button's, so that it is legible on the light or dark ground of the reader.
 */
import type { Language } from '@switchboard/contract';
import type { Letter } from './message.ts';
import { escapeHtml, oneLine, type Words } from './words.ts';

/** A paragraph, a link with what its button says, or a code. */
type Block = Words | { link: string; label: string } | { code: string };

export type Framed = {
  to: string;
  language: Language;
  /** Names in it are made one line. */
  subject: string;
  blocks: Block[];
};

/** Links and codes stand on a line of their own in the text, unbroken. */
export function frame({ to, language, subject, blocks }: Framed): Letter {
  const title = oneLine(subject);
  const dir = language === 'he' ? 'rtl' : 'ltr';
  return {
    to,
    subject: title,
    text: `${[...blocks.map(textOf), '-- \nSwitchboard'].join('\n\n')}\n`,
    // Some readers drop <html> and <body>: the <div> says language and direction again.
    html: `<!doctype html>
<html lang="${language}" dir="${dir}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
</head>
<body style="margin:0">
<div lang="${language}" dir="${dir}" style="${BODY}">
${blocks.map(htmlOf).join('\n')}
<p style="${SMALL};margin:32px 0 0">Switchboard</p>
</div>
</body>
</html>
`,
  };
}

const BODY =
  'max-width:560px;margin:0 auto;padding:24px 16px;font:16px/1.5 Heebo,system-ui,Arial,sans-serif;text-align:start';
const SMALL = 'font-size:13px';
const BUTTON =
  'display:inline-block;padding:10px 20px;border-radius:8px;background:#2f4fd8;color:#ffffff;text-decoration:none';
const CODE =
  'display:inline-block;padding:8px 16px;border:1px solid;border-radius:8px;font:28px/1.4 ui-monospace,Consolas,monospace;letter-spacing:4px';

function textOf(block: Block): string {
  if ('link' in block) return block.link;
  return 'code' in block ? block.code : block.text;
}

function htmlOf(block: Block): string {
  if ('code' in block)
    return `<p style="margin:0 0 16px"><bdi dir="ltr" style="${CODE}">${escapeHtml(block.code)}</bdi></p>`;
  if (!('link' in block)) return `<p style="margin:0 0 16px">${block.html}</p>`;
  const href = escapeHtml(block.link);
  return `<p style="margin:0 0 16px"><a href="${href}" style="${BUTTON}">${escapeHtml(block.label)}</a></p>
<p style="${SMALL};margin:0 0 16px"><bdi dir="ltr" style="word-break:break-all">${href}</bdi></p>`;
}
