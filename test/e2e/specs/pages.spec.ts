import type { Page } from '@playwright/test';
import { judgeBothThemes, WIDTHS } from '../support/judge';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'left' });

async function talkOnce(page: Page): Promise<string> {
  await page.goto('/playground');
  await page.getByLabel('Message').fill('What is 18 percent of 240?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /Timing of this turn/ })).toBeVisible();
  await page.goto('/conversations?q=18+percent');
  await page.getByRole('link', { name: /18 percent of 240/ }).first().click();
  await expect(page.getByRole('heading', { name: /18 percent/ })).toBeVisible();
  return new URL(page.url()).pathname;
}

for (const [width, viewport] of Object.entries(WIDTHS)) {
  test.describe(width, () => {
    test.use({ viewport, reducedMotion: 'reduce' });

    test('every page is accessible and fits', async ({ page, browser, baseURL }) => {
      const shot = (name: string) => `${name}-${width}`;
      const conversation = await talkOnce(page);

      await page.getByRole('button', { name: /Timing of this turn/ }).click();
      await judgeBothThemes(page, shot('conversation'));

      await page.goto('/');
      await expect(page.getByText('Everything is working')).toBeVisible();
      await expect(page.getByRole('heading', { name: 'Recent conversations' })).toBeVisible();
      await expect(page.getByRole('img', { name: /^Turns in/ })).toBeVisible();
      await judgeBothThemes(page, shot('home'));
      await page.getByRole('button', { name: 'Show as a table' }).click();
      await judgeBothThemes(page, shot('home-table'));

      await page.goto('/conversations');
      await expect(page.getByRole('link', { name: /18 percent of 240/ }).first()).toBeVisible();
      await judgeBothThemes(page, shot('conversations'));
      await page.getByRole('button', { name: /^Channel/ }).click();
      await expect(page.getByRole('menuitemradio', { name: 'Device' })).toBeVisible();
      await judgeBothThemes(page, shot('conversations-filter'));
      await page.goto('/conversations?q=nothing+like+this');
      await expect(page.getByText('No conversation matches')).toBeVisible();
      await judgeBothThemes(page, shot('conversations-none'));

      await page.goto('/playground');
      await expect(page.getByText('Say something')).toBeVisible();
      await judgeBothThemes(page, shot('playground-empty'));
      await page.goto(`/playground?conversation=${conversation.split('/').at(-1)}`);
      await expect(page.getByRole('log').getByText('The result is 43.2.')).toBeVisible();
      await page.getByRole('button', { name: /Timing of this turn/ }).click();
      await judgeBothThemes(page, shot('playground'));
      await page.getByRole('button', { name: /^Account and theme/ }).click();
      await judgeBothThemes(page, shot('account-menu'));

      const stranger = await browser.newContext({ viewport, reducedMotion: 'reduce', storageState: { cookies: [], origins: [] }, ...(baseURL ? { baseURL } : {}) });
      const login = await stranger.newPage();
      await login.goto('/login');
      await expect(login.getByRole('heading', { name: 'Sign in' })).toBeVisible();
      await judgeBothThemes(login, shot('login'));
      await stranger.close();
    });

    test('agents too', async ({ page }) => {
      const shot = (name: string) => `${name}-${width}`;
      await page.goto('/agents');
      await expect(page.getByRole('link', { name: /^Assistant/ })).toBeVisible();
      await judgeBothThemes(page, shot('agents'));
      await page.goto('/agents?new=1');
      await expect(page.getByRole('dialog', { name: 'New agent' })).toBeVisible();
      await judgeBothThemes(page, shot('agent-new'));

      await page.goto('/agents?q=nothing+like+this');
      await expect(page.getByText('No agent matches')).toBeVisible();
      await judgeBothThemes(page, shot('agents-none'));
      await page.goto('/agents');
      await page.getByRole('link', { name: /^Assistant/ }).click();
      await page.getByRole('form').getByLabel('Description').fill('Changed');
      await judgeBothThemes(page, shot('agent'));
      await page.getByRole('heading', { name: 'Access' }).scrollIntoViewIfNeeded();
      await judgeBothThemes(page, shot('agent-end'));
      await page.getByRole('button', { name: 'Discard' }).click();
      if (width === 'narrow') await page.getByRole('radio', { name: 'Test' }).click();
      const panel = page.getByRole('region', { name: 'Test' });
      await panel.getByLabel('Message').fill('What is 18 percent of 240?');
      await page.keyboard.press('Enter');
      await expect(panel.getByRole('button', { name: /Timing of this turn/ })).toBeVisible();
      await judgeBothThemes(page, shot('agent-test'));
    });

    test('the command palette, the navigation and the workspaces too', async ({ page }) => {
      const shot = (name: string) => `${name}-${width}`;
      await page.goto('/agents');
      await expect(page.getByRole('link', { name: /^Assistant/ })).toBeVisible();
      await page.keyboard.press('Control+k');
      await expect(page.getByRole('option', { name: /^Assistant/ }).first()).toBeVisible();
      await judgeBothThemes(page, shot('palette'));
      await page.keyboard.press('Escape');
      if (width === 'narrow') await page.getByRole('button', { name: 'Open the navigation' }).click();
      await judgeBothThemes(page, shot('navigation'));
      await page.getByRole('button', { name: /^Workspace:/ }).click();
      await expect(page.getByRole('menuitemradio', { name: /Default/ })).toBeVisible();
      await judgeBothThemes(page, shot('workspaces'));
    });
  });
}

test('a chosen theme is kept, whatever the system prefers', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  const light = await background();
  await page.getByRole('button', { name: /^Account and theme/ }).click();
  await page.getByRole('menuitemradio', { name: 'Dark' }).click();
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  expect(await background()).toBe(dark);
});

test('the keyboard reaches every page', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
  await page.keyboard.press('Alt+5');
  await expect(page.getByRole('heading', { name: 'Agents' })).toBeVisible();
  await page.keyboard.press('Alt+4');
  await expect(page.getByRole('heading', { name: 'Conversations' })).toBeVisible();
  await page.keyboard.press('Alt+3');
  await expect(page.getByText('Say something')).toBeVisible();
  await page.keyboard.press('Alt+2');
  await expect(page.getByRole('heading', { name: 'New chat' })).toBeVisible();
  await page.keyboard.press('Alt+1');
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
});

test('an unknown conversation is named as such', async ({ page, faults }) => {
  await page.goto('/conversations/00000000-0000-4000-8000-000000000000');
  await expect(page.getByText('There is no such conversation')).toBeVisible();
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 404/.test(fault)));
});
