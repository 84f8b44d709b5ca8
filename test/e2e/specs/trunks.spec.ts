import type { APIRequestContext } from '@playwright/test';
import { judgeBothThemes, WIDTHS } from '../support/judge';
import { removeTrunks } from '../support/no-telephone';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'left' });

/** Cookie callers come from our own page. */
const headers = { 'sec-fetch-site': 'same-origin' };

/** Nothing of the telephone is set, whatever went before. */
async function clear(request: APIRequestContext): Promise<void> {
  await removeTrunks(request);
  await request.post('/api/sip/dispatch-rules', { headers, data: { rules: [] } });
  await request.put('/api/call-policy', { headers, data: { max_concurrent: null, calls_per_second: null, allowed_prefixes: [], denied_prefixes: [] } });
}

test.beforeEach(async ({ request }) => clear(request));
test.afterAll(async ({ playwright, baseURL, storageState }) => {
  const request = await playwright.request.newContext({ baseURL, storageState } as Parameters<typeof playwright.request.newContext>[0]);
  await clear(request);
  await request.dispose();
});

test('a trunk is added from a preset, says what is wrong and what helps, is changed and removed', async ({ page, faults }) => {
  await page.goto('/trunks');
  await page.getByRole('link', { name: 'New trunk' }).click();
  const form = page.getByRole('form', { name: 'New trunk' });
  await page.getByRole('radio', { name: /Provider by address/ }).click();
  await expect(form.getByLabel('User', { exact: true })).toHaveValue('parley');
  await page.getByRole('radio', { name: /Extension of a PBX/ }).click();
  await expect(form.getByLabel('User', { exact: true })).toHaveValue('');
  await form.getByLabel('Name', { exact: true }).fill('Dead PBX');
  await form.getByLabel('Domain').fill('sip:not a host');
  await page.getByRole('button', { name: 'Add trunk' }).click();
  await expect(form.getByLabel('Domain')).toBeFocused();
  await expect(form.getByLabel('Domain')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Domain').fill('127.0.0.1:9');
  await form.getByLabel('User', { exact: true }).fill('100');
  await form.getByLabel('Password', { exact: true }).fill('a secret of the PBX');
  await page.getByRole('button', { name: 'Add trunk' }).click();

  await expect(page.getByRole('heading', { name: 'Dead PBX', level: 1 })).toBeVisible();
  await expect(page.getByText('Not registered')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/firewall|Is the other side running/).first()).toBeVisible();
  const settings = page.getByRole('form', { name: 'Settings of Dead PBX' });
  await expect(settings.getByLabel('Password', { exact: true })).toHaveValue('');
  await expect(settings.getByLabel('Password', { exact: true })).toHaveAttribute('placeholder', 'Unchanged');
  await settings.getByLabel('Our numbers').fill('+49 30 1234567');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await page.reload();
  await expect(settings.getByRole('button', { name: 'Remove +49301234567' })).toBeVisible();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('button', { name: 'Remove trunk' }).click();
  await expect(page.getByText('No trunk yet')).toBeVisible();
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 40[04]/.test(fault)));
});

test('unsaved changes are left only on purpose: by Back, by keys and by the palette too', async ({ page }) => {
  await page.goto('/trunks');
  await page.getByRole('link', { name: 'New trunk' }).click();
  const name = page.getByRole('form', { name: 'New trunk' }).getByLabel('Name', { exact: true });
  const question = page.getByRole('alertdialog', { name: 'Leave without saving?' });
  await name.fill('Half written');
  await page.goBack();
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(page).toHaveURL(/\/trunks\/new$/);
  await expect(name).toHaveValue('Half written');
  await page.keyboard.press('Alt+1');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search and go to' }).getByRole('combobox').fill('Devices');
  await expect(page.getByRole('option', { name: 'Devices', selected: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(name).toHaveValue('Half written');
  await page.goBack();
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page.getByRole('heading', { name: 'Trunks', level: 1 })).toBeVisible();
  await expect(page).toHaveURL(/\/trunks$/);
});

test('dispatch rules are kept in their order', async ({ page, request, faults }) => {
  await request.post('/api/agents/', { headers, data: { name: 'Night desk' } });
  await page.goto('/trunks/rules');
  const form = page.getByRole('form', { name: 'Dispatch rules' });
  await form.getByRole('button', { name: 'Add a rule' }).click();
  await form.getByLabel('Number of rule 1').fill('+4930*');
  await form.getByRole('button', { name: 'Add a rule' }).click();
  await form.getByLabel('Number of rule 2').fill('one*two');
  await form.getByRole('button', { name: /^Agent of rule 2/ }).click();
  await page.getByRole('menuitemradio', { name: 'Night desk' }).first().click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(form.getByLabel('Number of rule 2')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Number of rule 2').fill('100');
  await form.getByRole('button', { name: 'Move rule 2 up' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(/^Saved\./).first()).toBeVisible();
  await page.reload();
  await expect(form.getByLabel('Number of rule 1')).toHaveValue('100');
  await expect(form.getByRole('button', { name: /^Agent of rule 1: Night desk/ })).toBeVisible();
  await expect(form.getByLabel('Number of rule 2')).toHaveValue('+4930*');
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 400/.test(fault)));
});

test('the call policy says which numbers may be called, and how many at once', async ({ page }) => {
  await page.goto('/trunks/policy');
  const limits = page.getByRole('region', { name: 'Outgoing calls' });
  await limits.getByLabel('Calls at once').fill('3');
  await limits.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/^Saved\./).first()).toBeVisible();
  const numbers = page.getByRole('region', { name: 'Numbers' });
  await numbers.getByLabel('Denied beginnings').fill('+1900');
  await page.keyboard.press('Enter');
  await numbers.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible(); // the button is off while it is being saved, too
  await expect(numbers.getByRole('button', { name: 'Save' })).toBeDisabled();
  await page.reload();
  await expect(limits.getByLabel('Calls at once')).toHaveValue('3');
  await expect(numbers.getByRole('button', { name: 'Remove +1900' })).toBeVisible();
});

const SCREENS = { ...WIDTHS, small: { width: 360, height: 740 }, huge: { width: 3840, height: 2160 } } as const;

for (const [width, viewport] of Object.entries(SCREENS)) {
  test.describe(width, () => {
    test.use({ viewport, reducedMotion: 'reduce' });
    const shot = (name: string) => `${name}-${width}`;

    test('the pages of the telephone’s settings are accessible and fit', async ({ page, request }) => {
      const made = await request.post('/api/sip/trunks', { headers, data: { name: `Reception of the second house ${width}`, domain: 'sip.very-long-provider-name.example.org:5080', username: 'parley', registers: false, numbers: ['+49 30 1234567', '+49 30 1234568'] } });
      const { id } = (await made.json()) as { id: string };
      await page.goto('/trunks');
      await expect(page.getByRole('link', { name: `Reception of the second house ${width}` })).toBeVisible();
      await judgeBothThemes(page, shot('trunks'));
      await page.goto(`/trunks/${id}`);
      await expect(page.getByRole('form')).toBeVisible();
      await judgeBothThemes(page, shot('trunk'));
      await page.goto('/trunks/new');
      await expect(page.getByRole('form')).toBeVisible();
      await judgeBothThemes(page, shot('trunk-new'));
      await page.goto('/trunks/rules');
      await expect(page.getByRole('form', { name: 'Dispatch rules' })).toBeVisible();
      await judgeBothThemes(page, shot('dispatch-rules'));
      await page.goto('/trunks/policy');
      await expect(page.getByRole('region', { name: 'Numbers' })).toBeVisible();
      await judgeBothThemes(page, shot('call-policy'));
      await request.delete(`/api/sip/trunks/${id}`, { headers });
    });
  });
}
