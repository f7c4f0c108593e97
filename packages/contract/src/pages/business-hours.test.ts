import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsChange } from './settings.ts';

const day = { open: '09:00', close: '17:00' };
const hours = (changes: Record<string, unknown> = {}) => ({
  ...{ sun: [], mon: [day], tue: [day], wed: [day], thu: [day], fri: [day], sat: [] },
  ...changes,
});
/** Spans of three hours that begin at these. */
const from = (...starts: number[]) =>
  starts.map((hour) => ({ open: clock(hour), close: clock(hour + 3) }));
const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`;
/** The day that is at fault; undefined where all is right. */
const fault = (business_hours: unknown) => {
  const { error } = settingsChange.safeParse({ business_hours });
  return error && String(error.issues[0]?.path.slice(0, 2).join('.'));
};

test('hours may have breaks, fill the day, pass midnight and the turn of the week, and touch', () => {
  for (const right of [
    hours({ sat: [{ open: '00:00', close: '24:00' }] }),
    hours({ sat: [day, { open: '17:00', close: '00:00' }] }),
    hours({ sat: [{ open: '18:00', close: '02:00' }], sun: [{ open: '02:00', close: '03:00' }] }),
    hours({ sun: [{ open: '10:00', close: '09:00' }] }),
    hours({ sun: from(6, 9, 12, 15, 18, 21) }),
    // In whatever order they are sent.
    hours({ sun: from(21, 6, 12) }),
  ])
    assert.equal(fault(right), undefined, JSON.stringify(right));
});

test('hours that run into one another are refused at the day where the second begins', () => {
  const overnight = { open: '20:00', close: '09:01' };
  assert.equal(
    fault(hours({ mon: [day, { open: '16:59', close: '18:00' }] })),
    'business_hours.mon',
  );
  assert.equal(fault(hours({ mon: [day, day] })), 'business_hours.mon');
  assert.equal(fault(hours({ mon: [overnight] })), 'business_hours.tue');
  assert.equal(fault(hours({ sat: [overnight], sun: from(9) })), 'business_hours.sun');
  assert.equal(fault(hours({ sun: [{ open: '10:00', close: '09:01' }] })), 'business_hours.mon');
});

test('a span has an hour to open and another one to close, and a day has six at most', () => {
  for (const span of [
    ...[{}, null, 5, '09:00', { open: '09:00' }, { open: '09:00', close: '09:00' }],
    ...[
      { open: '24:00', close: '24:00' },
      { open: '24:00', close: '02:00' },
      { open: '9:00', close: '17:00' },
      { open: '09:00', close: '24:01' },
      { open: '09:60', close: '17:00' },
      { open: '09:00:00', close: '17:00' },
      { open: 9, close: 17 },
      { ...day, lunch: '12:00' },
    ],
  ])
    assert.equal(fault(hours({ wed: [span] })), 'business_hours.wed', JSON.stringify(span));
  assert.equal(fault(hours({ sun: from(3, 6, 9, 12, 15, 18, 21) })), 'business_hours.sun');
  for (const whole of [null, [], 'always', { mon: [day] }, { ...hours(), funday: [day] }])
    assert.match(fault(whole) ?? '', /^business_hours/);
});
