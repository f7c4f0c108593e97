/** Business hours in words. */
import { type OpenSpan, passesMidnight } from '@switchboard/contract';

/** `22:00–02:00 (next day)`. */
export const spanText = (span: OpenSpan, nextDay: string): string =>
  `${span.open}–${span.close}${passesMidnight(span) ? ` (${nextDay})` : ''}`;

/** Spans as the log has them: null or one of them in what was written before a day had several. */
export function spansIn(day: unknown): OpenSpan[] {
  if (Array.isArray(day)) return day;
  return day ? [day as OpenSpan] : [];
}
