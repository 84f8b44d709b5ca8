import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { outputFile } from './settings';
import { expect } from './test';

export const WIDTHS = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;

/** axe on the page as it stands, a screenshot beside it, and nothing wider than the screen. */
export async function judge(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: outputFile('screens', `${name}.png`) });
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect.soft(serious.map(({ id, nodes }) => `${name}: ${id} ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)).toEqual([]);
  expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} scrolls sideways`).toBe(0);
}
