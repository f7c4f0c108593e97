/** For browser specs: what every page must pass, whatever it shows, and a picture to look at. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const SCREENSHOTS = resolve(import.meta.dirname, '../.tmp/screenshots');
const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

/** To be looked at beside the width that a spec has: `SWITCHBOARD_SHOT_WIDTHS=1440,1024,375`. */
const WIDTHS = (process.env.SWITCHBOARD_SHOT_WIDTHS ?? '').split(',').filter(Boolean).map(Number);

/** Writes the whole page to `.tmp/screenshots/<name>.png`; a name may have folders. */
export async function shot(page: Page, name: string): Promise<Buffer> {
  const own = page.viewportSize();
  for (const width of own ? WIDTHS : []) {
    await page.setViewportSize({ width, height: own?.height ?? 0 });
    await unrolled(page);
    await written(page, `${name}@${width}`);
  }
  if (own && WIDTHS.length > 0) await page.setViewportSize(own);
  return written(page, name);
}

/** As high as its page: bars that keep to the window's edges would lie across the picture. */
async function unrolled(page: Page): Promise<void> {
  await settled(page);
  const size = page.viewportSize();
  if (!size || (await page.getByRole('dialog').count()) > 0) return;
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  await page.setViewportSize({ ...size, height });
}

async function written(page: Page, name: string): Promise<Buffer> {
  const path = join(SCREENSHOTS, `${name}.png`);
  mkdirSync(dirname(path), { recursive: true });
  await settled(page);
  return page.screenshot({ path, fullPage: true });
}

/** Throws when axe finds a violation of WCAG 2.2 AA, with the elements and what is wrong. */
export async function assertNoAxeViolations(page: Page, label: string): Promise<void> {
  await settled(page);
  // Legacy saves a page made for each run, half its time; a foreign frame is not looked into.
  const axe = new AxeBuilder({ page }).setLegacyMode().withTags(WCAG_22_AA);
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, impact, help, nodes }) => {
    const places = nodes.map(({ target, failureSummary }) => {
      const [, ...reasons] = (failureSummary ?? '').split('\n');
      return `    ${target.join(' ')}: ${reasons.map((reason) => reason.trim()).join('; ')}`;
    });
    return `  ${id} (${impact}): ${help}\n${places.join('\n')}`;
  });
  assert.ok(found.length === 0, `axe finds on ${label}:\n${found.join('\n')}`);
}

/** Throws when the page scrolls sideways, with the elements that reach out of it. */
export async function assertNoSidewaysScroll(page: Page, label: string): Promise<void> {
  const { scrollWidth, clientWidth, outside } = await page.evaluate<{
    scrollWidth: number;
    clientWidth: number;
    outside: string[];
  }>(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const outside = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right } = element.getBoundingClientRect();
      return right > clientWidth + 1 || left < -1;
    });
    return {
      scrollWidth,
      clientWidth,
      outside: outside.slice(0, 10).map((element) => element.cloneNode().outerHTML),
    };
  })()`);
  assert.ok(
    scrollWidth <= clientWidth,
    `${label} is ${scrollWidth} px wide in ${clientWidth} px:\n${outside.join('\n')}`,
  );
}

/** Throws when nearly all of what is in sight has one colour, as on a page that did not render. */
export async function assertNotBlank(page: Page, label: string, png?: Buffer): Promise<void> {
  await settled(page);
  const share = await inkOf(page, png ?? (await page.screenshot()));
  assert.ok(share > 0.002, `${label} is blank: ${(share * 100).toFixed(2)} % of it is not ground`);
}

/** The share of pixels that differ from the commonest colour, 0 to 1. */
async function inkOf(page: Page, png: Buffer): Promise<number> {
  // On a page of its own, where no Content-Security-Policy refuses the picture.
  const reader = await page.context().newPage();
  try {
    return await reader.evaluate<number>(`(async () => {
      const image = new Image();
      image.src = 'data:image/png;base64,${png.toString('base64')}';
      await image.decode();
      const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const counts = new Map();
      for (const pixel of new Uint32Array(data.buffer))
        counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
      return 1 - Math.max(...counts.values()) / (data.length / 4);
    })()`);
  } finally {
    await reader.close();
  }
}

/** Waits for the fonts, and for what moves to have arrived: halfway, colours have no contrast. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`Promise.all([
    document.fonts.ready,
    ...document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
      .map((animation) => animation.finished.catch(() => undefined)),
  ]).then(() => undefined)`);
}
