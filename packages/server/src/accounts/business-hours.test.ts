import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import sql from 'sql-template-tag';
import { DEFAULTS, day, hours, startSettings } from '../testing/scenes/settings.ts';

const { service, server, inside, events } = await startSettings();

describe("an account's business hours", () => {
  test('have breaks and pass midnight, each day in its order', async () => {
    const { patch, settings } = await inside();
    const [morning, evening, night] = [
      { open: '09:00', close: '13:00' },
      { open: '14:00', close: '17:30' },
      { open: '22:00', close: '02:00' },
    ];
    const sent = hours({ mon: [night, morning, evening], tue: [morning] });
    const kept = hours({ mon: [morning, evening, night], tue: [morning] });
    assert.deepEqual((await patch({ business_hours: sent })).body.business_hours, kept);
    assert.deepEqual(await settings(), { ...DEFAULTS, business_hours: kept });
  });

  test('stay what they were when a day had one span, and may still be sent so', async () => {
    const { id, patch, settings } = await inside();
    const once = { sun: null, mon: day, tue: day, wed: day, thu: day, fri: null, sat: null };
    const now = hours({ fri: [] });
    await service.database.write((db) =>
      db.query(sql`
        update accounts set settings = ${JSON.stringify({ business_hours: once })}::jsonb
        where server = ${server} and account_id = ${id}`),
    );
    assert.deepEqual(await settings(), { ...DEFAULTS, business_hours: now });
    for (const business_hours of [once, now])
      assert.deepEqual((await patch({ business_hours })).body.business_hours, now);
    assert.deepEqual(await events(id), []);
    await patch({ business_hours: { ...once, fri: day } });
    assert.deepEqual(await settings(), { ...DEFAULTS, business_hours: hours() });
    assert.deepEqual(
      (await events(id)).map(({ changes }) => changes),
      [{ business_hours: { from: now, to: hours() } }],
    );
  });
});
