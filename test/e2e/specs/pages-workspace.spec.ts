import { judgeBothThemes, WIDTHS } from '../support/judge';
import { Latch } from '../support/latch';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

for (const [width, viewport] of Object.entries(WIDTHS)) {
  test.describe(width, () => {
    test.use({ viewport, reducedMotion: 'reduce' });
    const shot = (name: string) => `${name}-${width}`;

    test('the pages of people, keys, devices and changes are accessible and fit', async ({ page, request, browser, baseURL, fresh }) => {
      await request.post('/api/keys', { data: { name: `For ${shot('nightly reports')}`, scopes: ['agents', 'conversations'] } });
      const { key_id: revoked } = await request.post('/api/keys', { data: { name: 'Old laptop' } }).then(async (answer) => ({ key_id: ((await answer.json()) as { id: string }).id }));
      await request.delete(`/api/keys/${revoked}`);
      await request.post('/api/devices', { data: { name: `Reception desk, second floor ${width}` } });
      const { url } = (await (await request.post('/api/invitations', { data: { email: `${fresh(width).replace(' ', '-')}@example.com`, role: 'operator' } })).json()) as { url: string };

      await page.goto('/users');
      await expect(page.getByRole('row', { name: /admin@parley.local/ })).toBeVisible();
      await judgeBothThemes(page, shot('users'));
      await page.getByRole('button', { name: /^Actions for/ }).first().click();
      await judgeBothThemes(page, shot('users-menu'));
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Invite', exact: true }).click();
      await judgeBothThemes(page, shot('users-invite'));
      await page.goto('/users?q=nobody');
      await expect(page.getByText('No member matches')).toBeVisible();
      await judgeBothThemes(page, shot('users-none'));
      await page.goto('/users/invitations');
      await expect(page.getByRole('row', { name: /@example.com/ }).first()).toBeVisible();
      await judgeBothThemes(page, shot('invitations'));

      await page.goto('/keys');
      await expect(page.getByRole('row', { name: /Old laptop/ }).first()).toBeVisible();
      await judgeBothThemes(page, shot('keys'));
      await page.getByRole('button', { name: 'New key' }).first().click();
      await page.getByRole('radio', { name: /Only some of it/ }).click();
      await page.getByLabel('Name').fill('Screens');
      await judgeBothThemes(page, shot('keys-new'));
      await page.getByRole('checkbox', { name: 'Metrics' }).click();
      await page.getByRole('button', { name: 'Create key' }).click();
      await expect(page.getByText('The key is ready')).toBeVisible();
      await judgeBothThemes(page, shot('keys-created'));

      await page.goto('/devices');
      await expect(page.getByRole('row', { name: /Reception/ }).first()).toBeVisible();
      await judgeBothThemes(page, shot('devices'));
      await page.getByRole('button', { name: 'New device' }).first().click();
      await page.getByLabel('Name').fill('Screens');
      await page.getByRole('button', { name: 'Create device' }).click();
      await expect(page.getByText('Screens can connect')).toBeVisible();
      await judgeBothThemes(page, shot('devices-created'));

      await page.goto('/audit');
      await page.getByRole('button', { name: /created API key/ }).first().click();
      await expect(page.getByText('api_key.create').first()).toBeVisible();
      await judgeBothThemes(page, shot('audit'));
      await page.getByRole('button', { name: /^Date/ }).click();
      await judgeBothThemes(page, shot('audit-dates'));

      const stranger = await browser.newContext({ viewport, reducedMotion: 'reduce', storageState: { cookies: [], origins: [] }, ...(baseURL ? { baseURL } : {}) });
      const them = await stranger.newPage();
      await them.goto(new URL(url).pathname);
      await expect(them.getByRole('heading', { name: /^Join/ })).toBeVisible();
      await judgeBothThemes(them, shot('invite'));
      await them.goto('/invite/none-of-ours');
      await expect(them.getByRole('heading', { name: 'This invitation cannot be used' })).toBeVisible();
      await judgeBothThemes(them, shot('invite-used'));
      await them.goto('/reset-password/none-of-ours');
      await expect(them.getByRole('heading', { name: 'This link cannot be used' })).toBeVisible();
      await judgeBothThemes(them, shot('reset-password-used'));
      await stranger.close();
    });

    test('the settings are accessible and fit', async ({ page }) => {
      await page.goto('/settings');
      await expect(page.getByRole('region', { name: 'Retention' })).toBeVisible();
      await judgeBothThemes(page, shot('settings'));
      await page.getByRole('combobox', { name: /^Time zone/ }).click();
      await expect(page.getByPlaceholder('Search a city or region')).toBeVisible();
      await judgeBothThemes(page, shot('settings-time-zone'));
      await page.goto('/settings/providers');
      await expect(page.getByText('OpenAI', { exact: true })).toBeVisible();
      await judgeBothThemes(page, shot('settings-providers'));
      await page.goto('/settings/privacy');
      await page.getByLabel('Caller to erase').fill('+15550123');
      await page.getByRole('button', { name: 'Erase…' }).click();
      await judgeBothThemes(page, shot('settings-erase'));
      await page.goto('/settings/account');
      await expect(page.getByText('This one', { exact: true })).toBeVisible();
      await judgeBothThemes(page, shot('settings-account'));
    });

    test('a list says that it loads, and offers to try again when it could not', async ({ page, faults }) => {
      // Each answer is held until what is shown meanwhile has been looked at.
      const [refusing, answering] = [new Latch(), new Latch()];
      let asked = 0;
      await page.route(/\/api\/trpc\/[^?]*keys\.list/, async (route) => {
        asked += 1;
        if (asked > 1) {
          await answering.opened;
          return route.fallback();
        }
        await refusing.opened;
        return route.fulfill({ status: 400, contentType: 'application/json', body: JSON.stringify({ error: { message: 'The database is being moved.', code: -32600, data: { code: 'BAD_REQUEST', httpStatus: 400 } } }) });
      });
      await page.goto('/keys');
      await expect(page.getByText('Loading api keys')).toBeAttached();
      await judgeBothThemes(page, shot('keys-loading'));
      refusing.open();
      await expect(page.getByText('API keys cannot be read')).toBeVisible();
      await judgeBothThemes(page, shot('keys-error'));
      await page.getByRole('button', { name: 'Try again' }).click();
      answering.open();
      await expect(page.getByRole('table', { name: 'API keys' })).toBeVisible();
      faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 400/.test(fault)));
    });
  });
}
