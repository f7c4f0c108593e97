/** When a business is open: per weekday any number of spans, which may pass midnight. */
import { z } from 'zod';

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** Spans of one day at most. */
export const MOST_SPANS = 6;

export const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = weekdays.length * DAY_MINUTES;

/** `HH:MM`; closing may be 24:00. */
const openSpan = z
  .strictObject({
    open: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    close: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/),
  })
  .refine(({ open, close }) => open !== close, { error: 'opens and closes at the same time' });

/** From when to when; a `close` that is no later than `open` is on the next day. */
export type OpenSpan = z.output<typeof openSpan>;

/** Of each weekday the spans that begin on it, in their order; without any it is closed. */
export const businessHours = z
  .strictObject(
    Object.fromEntries(weekdays.map((day) => [day, z.array(openSpan).max(MOST_SPANS)])) as Record<
      Weekday,
      z.ZodArray<typeof openSpan>
    >,
  )
  .superRefine((hours, context) => {
    for (const day of overlapping(hours))
      context.addIssue({ code: 'custom', path: [day], message: 'overlap with one another' });
  });
export type BusinessHours = z.output<typeof businessHours>;

/** Whether a span goes on after midnight. */
export const passesMidnight = ({ open, close }: OpenSpan): boolean =>
  close <= open && close !== '00:00';

/** The minutes from midnight to a clock's `HH:MM`. */
export function minutesIn(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/**
 * Hours as they were once written, one span or null a day, as lists of spans; the spans of a day in
 * their order. What is neither form stays what it is.
 */
export function inSpans(hours: unknown): unknown {
  if (typeof hours !== 'object' || hours === null || Array.isArray(hours)) return hours;
  return Object.fromEntries(Object.entries(hours).map(([day, of]) => [day, spansOf(of)]));
}

function spansOf(day: unknown): unknown {
  if (day === null) return [];
  if (!Array.isArray(day)) return typeof day === 'object' ? [day] : day;
  return day.every(opensAtAll) ? day.toSorted((a, b) => (a.open < b.open ? -1 : 1)) : day;
}

const opensAtAll = (span: unknown): span is { open: string } =>
  typeof (span as { open?: unknown } | null)?.open === 'string';

/** The days on which a span begins before the one before it has ended, over the turn of the week. */
function overlapping(hours: BusinessHours): Set<Weekday> {
  const spans = weekdays
    .flatMap((day, index) => hours[day].map((span) => ({ day, ...minutesOf(span, index) })))
    .sort((a, b) => a.from - b.from);
  const [first] = spans;
  const following = first && { ...first, from: first.from + WEEK_MINUTES };
  return new Set(
    spans
      .map((span, index) => ({ ends: span.to, next: spans[index + 1] ?? following }))
      .flatMap(({ ends, next }) => (next && next.from < ends ? [next.day] : [])),
  );
}

function minutesOf({ open, close }: OpenSpan, dayIndex: number): { from: number; to: number } {
  const midnight = dayIndex * DAY_MINUTES;
  const closes = minutesIn(close) + (close <= open ? DAY_MINUTES : 0);
  return { from: midnight + minutesIn(open), to: midnight + closes };
}
