import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { outputFile } from './settings';
import { expect } from './test';

export const WIDTHS = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;

/** Those of axe's rules that look at colours: all that a theme changes (globals.css). */
const RULES_OF_COLOUR = ['color-contrast', 'link-in-text-block'];

/** Half faded in, colours are none of the page's: resolves when everything that moves has arrived. What moves for ever is left to. */
const comesToRest = (page: Page): Promise<void> => page.evaluate(async () => {
  const moving = () => document.getAnimations().filter(({ effect, playState }) => playState === 'running' && Number.isFinite(Number(effect?.getComputedTiming().endTime)));
  for (let left = moving(); left.length > 0; left = moving()) await Promise.allSettled(left.map(({ finished }) => finished));
});

/** Put into each document once; the results of rules that hold stay there, too: either costs more than to look. */
async function expectAccessible(page: Page, name: string, rules?: string[]): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const serious = await page.evaluate(async (only) => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'], ...(only && { runOnly: only }) });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id} ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }, rules);
  expect.soft(serious.map((fault) => `${name}: ${fault}`)).toEqual([]);
}

/** A picture for whoever wants to look; on a build machine nobody does. */
async function photograph(page: Page, name: string): Promise<void> {
  if (!process.env.CI) await page.screenshot({ path: outputFile('screens', `${name}.png`) });
}

/** axe on the page once it is at rest, a screenshot beside it, and nothing wider than the screen. */
export async function judge(page: Page, name: string): Promise<void> {
  await comesToRest(page);
  await photograph(page, name);
  await expectAccessible(page, name);
  expect.soft(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), `${name} scrolls sideways`).toBe(0);
}

/** As it stands in the light, and its colours in the dark: a theme is colours alone, so that nothing else is judged, or loaded, twice. */
export async function judgeBothThemes(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' });
  await judge(page, `${name}-light`);
  await page.emulateMedia({ colorScheme: 'dark' });
  await comesToRest(page);
  await photograph(page, `${name}-dark`);
  await expectAccessible(page, `${name}-dark`, RULES_OF_COLOUR);
  await page.emulateMedia({ colorScheme: 'light' });
}
