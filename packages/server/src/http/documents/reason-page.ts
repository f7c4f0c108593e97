/** The reference's pages about reasons: a list, and one page for each number. */
import { STATUS_CODES } from 'node:http';
import {
  type Endpoint,
  exampleFailure,
  type ReasonName,
  reasons,
  reasonsOf,
} from '@switchboard/contract';
import { endpointsOf } from '../partner/routes.ts';
import { code, escapeHtml, page } from './html.ts';

/** Reasons from here on are the operator's and have no page. */
const OPERATOR = 100;

/** Every number that a partner may see, in order, with the names that share it. */
export const partnerReasons: ReadonlyMap<number, readonly ReasonName[]> = new Map(
  [...Map.groupBy(Object.keys(reasons) as ReasonName[], (name) => reasons[name].number)]
    .filter(([number]) => number < OPERATOR)
    .sort(([a], [b]) => a - b),
);

/** The list of all reasons. */
export function reasonListPage(): string {
  const rows = [...partnerReasons].map(([number, names]) => {
    const meanings = names.map((name) => {
      const { sentence, http } = reasons[name];
      return `<span class="meaning">${code(sentence)} <span class="http">HTTP ${http}</span></span>`;
    });
    return `<li><a href="/reference/reasons/${number}"><span class="number">${number}</span><span>${meanings.join('')}</span></a></li>`;
  });
  return page(
    'Reasons',
    `<h1>Reasons</h1>
<p class="lead">Every answer holds a number in <code>reason</code>: 1 means success, any other one says why the call was refused. A number never changes its meaning.</p>
<ul class="reasons">
${rows.join('\n')}
</ul>`,
  );
}

/** One number's page: each meaning with its cause and its fix. */
export function reasonPage(number: number, names: readonly ReasonName[]): string {
  const several = `This number has ${names.length} meanings; the HTTP status and the message tell them apart.`;
  return page(
    `Reason ${number}`,
    `<p><a href="/reference/reasons">Reasons</a></p>
<h1>Reason ${number}</h1>
${names.length > 1 ? `<p class="lead">${several}</p>` : ''}
${names.map(meaning).join('\n')}`,
  );
}

/** What an unknown number, or one of the operator's, is answered with. */
export const unknownReasonPage = (): string =>
  page(
    'No such reason',
    `<h1>There is no such reason</h1>
<p class="lead">The number in the address is not one that a call answers. <a href="/reference/reasons">All reasons</a></p>`,
  );

function meaning(name: ReasonName): string {
  const { http, sentence, cause, fix } = reasons[name];
  const calls = endpointsOf('public', 'partner').filter(([, e]) => reasonsOf(e).includes(name));
  const example = JSON.stringify(exampleFailure(name, calls[0]?.[1]), null, 2);
  return `<section class="card" aria-labelledby="${name}">
<h2 id="${name}"><code>${name}</code> <span class="http">HTTP ${http} ${STATUS_CODES[http]}</span></h2>
<p>${code(sentence)}</p>
<dl>
<dt>Cause</dt><dd>${code(cause)}</dd>
<dt>Fix</dt><dd>${code(fix)}</dd>
<dt>Answered by</dt><dd>${answeredBy(calls.map(([, endpoint]) => endpoint))}</dd>
</dl>
<pre><code>${escapeHtml(example)}</code></pre>
</section>`;
}

function answeredBy(calls: Endpoint[]): string {
  if (calls.length === 0) return 'None of the calls in the reference.';
  const items = calls.map(({ method, path }) => {
    const group = path.split('/')[2];
    const address = `/reference#tag/${group}/${method}${path}`;
    return `<li><a href="${address}"><code>${method} ${path}</code></a></li>`;
  });
  return `<ul>${items.join('')}</ul>`;
}
