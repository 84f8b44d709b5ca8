import { readFileSync } from 'node:fs';
import type { APIRequestContext, APIResponse, Locator, Page } from '@playwright/test';
import { judgeBothThemes, WIDTHS } from '../support/judge';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'left' });

/** Cookie callers come from our own page. */
const headers = { 'sec-fetch-site': 'same-origin' };
const HOUSE_MODEL = 'llama-cpp/house-model';

const say = (request: APIRequestContext, message: string, more: { agent_id?: string; user_id?: string } = {}): Promise<APIResponse> =>
  request.post('/ai/chat', { headers, data: { message, ...more } });

async function listed<Row>(request: APIRequestContext, path: string, name: string): Promise<Row[]> {
  return ((await (await request.get(path)).json()) as Record<string, Row[]>)[name] ?? [];
}

/** Nothing of one's own costs anything, and nothing is limited. */
async function clear(request: APIRequestContext): Promise<void> {
  for (const { id } of await listed<{ id: string }>(request, '/api/budgets', 'budgets')) await request.delete(`/api/budgets/${id}`, { headers });
  for (const { id } of await listed<{ id: string }>(request, '/api/prices', 'prices')) await request.delete(`/api/prices/${id}`, { headers });
}

/** A dollar for a thousand tokens: one turn costs what can be seen. */
async function priceBuiltin(request: APIRequestContext): Promise<void> {
  const answer = await request.post('/api/prices', { headers, data: { leg: 'llm', provider: 'builtin', model: '*', input_per_million: 1_000, output_per_million: 1_000 } });
  expect(answer.status(), await answer.text()).toBe(201);
}

async function houseAgent(request: APIRequestContext): Promise<string> {
  const agents = (await (await request.get('/api/agents/')).json()) as { id: string; name: string }[] | { agents: { id: string; name: string }[] };
  const known = (Array.isArray(agents) ? agents : agents.agents).find(({ name }) => name === 'House');
  if (known) return known.id;
  const answer = await request.post('/api/agents/', { headers, data: { name: 'House', model: HOUSE_MODEL } });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  return ((await answer.json()) as { id: string }).id;
}

const figure = (page: Page, label: string): Locator => page.getByRole('region', { name: 'Cost over time' }).locator('dt', { hasText: label }).locator('+ dd');
const dollars = async (of: Locator): Promise<number> => Number(((await of.textContent()) ?? '').replace(/[^\d.]/g, ''));

test.beforeEach(async ({ request }) => clear(request));
test.afterAll(async ({ playwright, baseURL, storageState }) => {
  const request = await playwright.request.newContext({ baseURL, storageState } as Parameters<typeof playwright.request.newContext>[0]);
  await clear(request);
  await request.dispose();
});

test('what is said costs what the price says, is split by everything, and downloads as CSV', async ({ page, request }) => {
  await page.goto('/usage/prices');
  await page.getByRole('button', { name: 'New price' }).click();
  const dialog = page.getByRole('dialog', { name: 'New price' });
  await dialog.getByLabel('Provider', { exact: true }).fill('builtin');
  await dialog.getByRole('checkbox', { name: /For every model/ }).click();
  await dialog.getByLabel('A million input tokens', { exact: true }).fill('1000');
  await dialog.getByLabel('A million output tokens').fill('1000');
  await dialog.getByRole('button', { name: 'Set price' }).click();
  await expect(page.getByRole('row', { name: /Every model of builtin/ })).toContainText('$1,000.00 in, $1,000.00 out a million tokens');

  await page.goto('/usage?from=2000-01-01');
  await expect(figure(page, 'Cost')).toHaveText(/\$/);
  const before = await dollars(figure(page, 'Cost'));
  expect((await say(request, 'What is 4 plus 4?', { user_id: 'marie@example.com' })).status()).toBe(200);
  await expect(async () => {
    await page.reload();
    await expect(figure(page, 'Cost')).toHaveText(/\$/);
    expect(await dollars(figure(page, 'Cost'))).toBeGreaterThan(before);
  }).toPass();

  await expect(page.getByRole('img', { name: /^Cost by agent/ })).toBeVisible();
  const table = () => page.getByRole('table', { name: /^Usage by/ });
  await expect(table().getByRole('link', { name: 'Assistant' })).toBeVisible();
  await page.getByRole('radio', { name: 'Model', exact: true }).click();
  await expect(table().getByRole('link', { name: 'builtin/assistant' })).toBeVisible();
  await page.getByRole('radio', { name: 'Channel' }).click();
  await expect(table().getByRole('link', { name: 'Chat' })).toBeVisible();
  await page.getByRole('radio', { name: 'Kind' }).click();
  await expect(table().getByRole('link', { name: 'Language model' })).toBeVisible();
  await page.getByRole('radio', { name: 'User' }).click();
  await table().getByRole('link', { name: 'marie@example.com' }).click();
  await expect(page.getByRole('list', { name: 'Narrowed to' })).toContainText('marie@example.com');
  await expect(page.getByRole('img', { name: /^Cost by agent/ })).toBeVisible();
  await expect(figure(page, 'Model requests')).toHaveText(/^[1-9]/);

  await page.getByRole('button', { name: 'Show as a table' }).click();
  await expect(page.getByRole('region', { name: 'Usage over time as a table' }).getByRole('columnheader')).toHaveText(['When', 'Cost', 'No price', 'Requests', 'Tokens']);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  const [names = '', ...records] = readFileSync(await (await downloading).path(), 'utf8').trim().split('\r\n');
  expect(names).toContain('cost_usd');
  expect(records.length).toBeGreaterThan(0);
  for (const record of records) expect(record).toContain('marie@example.com');

  await page.getByRole('button', { name: /^No longer only User/ }).click();
  await expect(page.getByRole('list', { name: 'Narrowed to' })).toBeHidden();
});

test('what nobody knows the price of is said, not taken for free, and can be priced', async ({ page, request }) => {
  const agent = await houseAgent(request);
  expect((await say(request, 'Good morning.', { agent_id: agent })).status()).toBe(200);
  await expect(async () => {
    await page.goto('/usage?by=model');
    await expect(page.getByText(/no known price|known price\./).first()).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await expect(page.getByRole('row', { name: new RegExp(HOUSE_MODEL) })).toContainText('No price');
  await page.getByRole('link', { name: 'Set their prices' }).click();
  const unpriced = page.getByRole('region', { name: 'Without a price' });
  const row = unpriced.getByRole('listitem').filter({ hasText: HOUSE_MODEL });
  await row.getByRole('button', { name: 'Set price' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set a price' });
  await dialog.getByLabel('A million input tokens', { exact: true }).fill('2.5');
  await dialog.getByLabel('A million output tokens').fill('10');
  await dialog.getByRole('button', { name: 'Set price' }).click();
  await expect(row.getByText('Has a price since')).toBeVisible();

  // A thousand tokens in and two hundred out.
  expect((await say(request, 'And good evening.', { agent_id: agent })).status()).toBe(200);
  await expect(async () => {
    await page.goto('/usage?by=model');
    await expect(page.getByRole('row', { name: new RegExp(HOUSE_MODEL) })).toContainText('$0.0045', { timeout: 3_000 });
  }).toPass();
  await expect(page.getByRole('row', { name: new RegExp(HOUSE_MODEL) })).toContainText(/and \d+ without a price/);
});

test('a budget warns, then stops, and says both above every page', async ({ page, request }) => {
  await priceBuiltin(request);
  await page.goto('/usage/budgets');
  await page.getByRole('button', { name: 'New budget' }).click();
  const dialog = page.getByRole('dialog', { name: 'New budget' });
  await dialog.getByRole('radio', { name: 'One agent' }).click();
  await dialog.getByRole('button', { name: /^Agent/ }).click();
  await page.getByRole('menuitemradio', { name: 'Assistant' }).click();
  await dialog.getByRole('radio', { name: 'Day' }).click();
  await dialog.getByLabel('Limit in US dollars').fill('1000');
  await expect(dialog.getByText('At $800.00 it warns here and in the audit log.')).toBeVisible();
  await expect(dialog.getByText(/^At \$1,000\.00 new turns with Assistant are refused/)).toBeVisible();
  await dialog.getByRole('button', { name: 'Add budget' }).click();
  const card = page.getByRole('region', { name: 'Budgets' });
  await expect(card.getByText('Within')).toBeVisible();

  expect((await say(request, 'What is 5 plus 5?')).status()).toBe(200);
  await expect.poll(async () => (await listed<{ spent_usd: number }>(request, '/api/budgets', 'budgets'))[0]?.spent_usd).toBeGreaterThan(0);
  const spent = (await listed<{ spent_usd: number }>(request, '/api/budgets', 'budgets'))[0]?.spent_usd ?? 0;

  // Just within the limit: warned. Then below what is spent: stopped.
  const setLimit = async (limit: number) => {
    await card.getByRole('button', { name: /^Actions for the budget/ }).click();
    await page.getByRole('menuitem', { name: 'Edit' }).click();
    const edit = page.getByRole('dialog', { name: 'Edit budget' });
    await edit.getByLabel('Limit in US dollars').fill(String(limit));
    await edit.getByRole('button', { name: 'Save' }).click();
    await expect(edit).toBeHidden();
  };
  await setLimit(spent * 1.1);
  await expect(card.getByText('Warned')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('status').filter({ hasText: 'The agent Assistant has spent' })).toBeVisible();
  expect((await say(request, 'What is 6 plus 6?')).status()).toBe(200);

  await setLimit(spent / 2);
  await expect(card.getByText('Stopped')).toBeVisible();
  await expect(card.getByRole('meter')).toHaveAttribute('aria-valuetext', /; warns at 80 %$/);
  await expect(async () => {
    const refused = await say(request, 'What is 7 plus 7?');
    expect(refused.status()).toBe(429);
    expect(await refused.text()).toContain('Assistant');
  }).toPass();
  await page.goto('/agents');
  await expect(page.getByRole('alert').filter({ hasText: 'New turns are refused' })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'Spent this month' })).toContainText('Stopped');
  await page.getByRole('button', { name: 'Put this aside' }).click();
  await expect(page.getByText(/^New turns are refused/)).toBeHidden();

  await page.goto('/usage/budgets');
  await card.getByRole('button', { name: /^Actions for the budget/ }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  await expect(page.getByRole('alertdialog')).toContainText('What it stops goes on at once.');
  await page.getByRole('button', { name: 'Remove budget' }).click();
  await expect(page.getByText('No budget yet')).toBeVisible();
  await expect(async () => expect((await say(request, 'What is 8 plus 8?')).status()).toBe(200)).toPass();
  await page.goto('/audit?action=budget');
  await expect(page.getByText(/budget/i).first()).toBeVisible();
});

test('figures that cannot be read say so, and can be asked for again', async ({ page, faults }) => {
  await page.route('**/api/trpc/**usage.summary**', (route) => route.abort());
  await page.goto('/usage');
  const retry = page.getByRole('button', { name: 'Try again' });
  await expect(retry).toBeVisible({ timeout: 30_000 });
  await page.unroute('**/api/trpc/**usage.summary**');
  await retry.click();
  await expect(figure(page, 'Cost')).toHaveText(/\$/);
  faults.splice(0);
});

for (const [width, viewport] of Object.entries(WIDTHS)) {
  test.describe(width, () => {
    test.use({ viewport, reducedMotion: 'reduce' });
    const shot = (name: string) => `${name}-${width}`;

    test('the pages of usage are accessible and fit', async ({ page, request }) => {
      await page.goto('/usage/budgets');
      await expect(page.getByText('No budget yet')).toBeVisible();
      await judgeBothThemes(page, shot('budgets-none'));
      await priceBuiltin(request);
      const agent = await houseAgent(request);
      for (const text of ['What is 4 plus 5?', 'What is 6 plus 5?']) await say(request, text);
      await say(request, 'Good night.', { agent_id: agent });
      for (const data of [{ scope: 'workspace', limit_usd: 100 }, { scope: 'agent', agent_id: agent, limit_usd: 0.000001, stops: false, period: 'day' }, { scope: 'workspace', limit_usd: 0.0001, period: 'week' }]) {
        expect((await request.post('/api/budgets', { headers, data })).status()).toBe(201);
      }
      await page.goto('/usage?by=model');
      await expect(page.getByRole('img', { name: /^Cost by model/ })).toBeVisible();
      await expect(page.getByRole('row', { name: /builtin\/assistant/ })).toBeVisible();
      await judgeBothThemes(page, shot('usage'));
      await page.getByRole('button', { name: /^Period/ }).click();
      await expect(page.getByRole('button', { name: 'Last month' })).toBeVisible();
      await judgeBothThemes(page, shot('usage-period'));
      await page.goto('/usage?from=2001-01-01&to=2001-01-02');
      await expect(page.getByText('Nothing was used in this time').first()).toBeVisible();
      await judgeBothThemes(page, shot('usage-none'));
      await page.goto('/usage/budgets');
      await expect(page.getByRole('meter')).toHaveCount(3);
      await judgeBothThemes(page, shot('budgets'));
      await page.getByRole('button', { name: 'New budget' }).click();
      await page.getByRole('dialog').getByLabel('Limit in US dollars').fill('50');
      await judgeBothThemes(page, shot('budget-new'));
      await page.goto('/usage/prices');
      await expect(page.getByRole('region', { name: 'Without a price' })).toBeVisible();
      await expect(page.getByRole('row', { name: /Every model of builtin/ })).toBeVisible();
      await judgeBothThemes(page, shot('prices'));
      await page.getByRole('button', { name: 'New price' }).click();
      await expect(page.getByRole('dialog', { name: 'New price' })).toBeVisible();
      await judgeBothThemes(page, shot('price-new'));
      await page.goto('/');
      await expect(page.getByRole('region', { name: 'Spent this month' })).toBeVisible();
      await judgeBothThemes(page, shot('home-spending'));
    });
  });
}
