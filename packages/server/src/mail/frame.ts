/**
 * The frame of every letter. HTML with inline styles, no images and nothing that is fetched; no
 * colours but the button's, so that it is legible on the light or dark ground of the reader.
 */
import type { Language } from '@switchboard/contract';
import type { Letter } from './message.ts';
import { escapeHtml, type Words } from './words.ts';

/** A paragraph, a link with what its button says, a code, or a list. */
export type Block = Words | { link: string; label: string } | { code: string } | { list: Words[] };

export type Framed = {
  to: string;
  language: Language;
  subject: Words;
  blocks: Block[];
};

/** The subject has no HTML, but names in it are treated as everywhere. Links and codes stand on a line of their own in the text, unbroken. */
export function frame({ to, language, subject, blocks }: Framed): Letter {
  const title = subject.text;
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
  if ('list' in block) return block.list.map(({ text }) => `- ${text}`).join('\n');
  return 'code' in block ? block.code : block.text;
}

function htmlOf(block: Block): string {
  if ('code' in block)
    return `<p style="margin:0 0 16px"><bdi dir="ltr" style="${CODE}">${escapeHtml(block.code)}</bdi></p>`;
  if ('list' in block)
    return `<ul style="margin:0 0 16px">${block.list.map(({ html }) => `<li>${html}</li>`).join('')}</ul>`;
  if (!('link' in block)) return `<p style="margin:0 0 16px">${block.html}</p>`;
  const href = escapeHtml(block.link);
  return `<p style="margin:0 0 16px"><a href="${href}" style="${BUTTON}">${escapeHtml(block.label)}</a></p>
<p style="${SMALL};margin:0 0 16px"><bdi dir="ltr" style="word-break:break-all">${href}</bdi></p>`;
}
