import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { outputFile } from './settings';
import { expect } from './test';

export const WIDTHS = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;

/** Half faded in, colours are none of the page's: resolves when everything that moves has arrived. What moves for ever is left to. */
const comesToRest = (page: Page): Promise<void> => page.evaluate(async () => {
  const moving = () => document.getAnimations().filter(({ effect, playState }) => playState === 'running' && Number.isFinite(Number(effect?.getComputedTiming().endTime)));
  for (let left = moving(); left.length > 0; left = moving()) await Promise.allSettled(left.map(({ finished }) => finished));
});

/** axe on the page once it is at rest, a screenshot beside it, and nothing wider than the screen. */
export async function judge(page: Page, name: string): Promise<void> {
  await comesToRest(page);
  await page.screenshot({ path: outputFile('screens', `${name}.png`) });
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect.soft(serious.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
  expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} scrolls sideways`).toBe(0);
}
