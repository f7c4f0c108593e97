/** The hours that the settings offer. */
import { DAY_MINUTES, minutesIn, type OpenSpan } from '@switchboard/contract';

const STEP_MINUTES = 15;
const FIRST = { open: '09:00', close: '17:00' };
// What is added begins an hour after what is there, and is four hours long, where the day has them.
const BREAK_MINUTES = 60;
const LENGTH_MINUTES = 4 * 60;

const quarters = Array.from({ length: DAY_MINUTES / STEP_MINUTES + 1 }, (_, index) =>
  clockOf(index * STEP_MINUTES),
);

/** Every quarter of an hour that can open or close, and the present value where it lies between. */
export const clocks = (end: 'open' | 'close', present: string): string[] =>
  [...new Set([...(end === 'open' ? quarters.slice(0, -1) : quarters.slice(1)), present])].sort();

/** What is put after the spans of a day; undefined where they leave no room before midnight. */
export function nextSpan(spans: readonly OpenSpan[]): OpenSpan | undefined {
  const last = spans.at(-1);
  if (!last) return FIRST;
  const opens = minutesIn(last.close) + BREAK_MINUTES;
  if (last.close <= last.open || opens + STEP_MINUTES > DAY_MINUTES) return undefined;
  return { open: clockOf(opens), close: clockOf(Math.min(opens + LENGTH_MINUTES, DAY_MINUTES)) };
}

function clockOf(minutes: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
