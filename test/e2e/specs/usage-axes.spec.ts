import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { judge, judgeBothThemes } from '../support/judge';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'left' });

/** Cookie callers come from our own page. */
const headers = { 'sec-fetch-site': 'same-origin' };

async function clear(request: APIRequestContext): Promise<void> {
  for (const name of ['budgets', 'prices']) {
    const listed = ((await (await request.get(`/api/${name}`)).json()) as Record<string, { id: string }[]>)[name] ?? [];
    for (const { id } of listed) await request.delete(`/api/${name}/${id}`, { headers });
  }
}

const priceBuiltin = async (request: APIRequestContext): Promise<void> => {
  const answer = await request.post('/api/prices', { headers, data: { leg: 'llm', provider: 'builtin', model: '*', input_per_million: 1_000, output_per_million: 1_000 } });
  expect(answer.status(), await answer.text()).toBe(201);
};

const say = (request: APIRequestContext, message: string) => request.post('/ai/chat', { headers, data: { message } });

test.beforeEach(async ({ request }) => clear(request));
test.afterAll(async ({ playwright, baseURL, storageState }) => {
  const request = await playwright.request.newContext({ baseURL, storageState } as Parameters<typeof playwright.request.newContext>[0]);
  await clear(request);
  await request.dispose();
});

interface Box { text: string; left: number; right: number; middle: number; top: number }

/** The words beside an axis, as they stand on the screen. */
const wordsOf = (axis: Locator): Promise<Box[]> => axis.locator('text').evaluateAll((texts) => texts.map((text) => {
  const { left, right, top, bottom } = text.getBoundingClientRect();
  return { text: text.textContent ?? '', left, right, middle: (left + right) / 2, top: (top + bottom) / 2 };
}));

const gaps = (at: number[]): number[] => at.slice(1).map((one, index) => Math.abs(one - at[index]!));

async function expectEven(page: Page): Promise<void> {
  const chart = page.getByRole('img', { name: /^(Cost|Model requests) by/ });
  await expect(chart.locator('.recharts-xAxis-tick-labels text').first()).toBeVisible();
  await expect(async () => { // drawn once at a guess, and again at its width
    const below = await wordsOf(chart.locator('.recharts-xAxis-tick-labels'));
    const between = gaps(below.map(({ middle }) => middle));
    expect(below.length).toBeGreaterThan(2);
    expect(Math.max(...between) - Math.min(...between)).toBeLessThan(3);
    for (const [index, { left }] of below.entries()) if (index > 0) expect(left - below[index - 1]!.right).toBeGreaterThan(6);
    const frame = await chart.boundingBox();
    expect(below.at(-1)!.right).toBeLessThanOrEqual(frame!.x + frame!.width + 1);
    const beside = await wordsOf(chart.locator('.recharts-yAxis-tick-labels'));
    const steps = gaps(beside.map(({ top }) => top));
    expect(beside.length).toBeGreaterThan(1);
    expect(Math.max(...steps) - Math.min(...steps)).toBeLessThan(1.5);
    expect(new Set(beside.map(({ text }) => text)).size).toBe(beside.length); // no two ticks are called the same
  }).toPass({ timeout: 15_000 });
}

for (const [width, viewport] of Object.entries({ wide: { width: 1280, height: 900 }, narrow: { width: 400, height: 860 } })) {
  test.describe(width, () => {
    test.use({ viewport, reducedMotion: 'reduce' });

    test('the axes of the usage chart are even and have room for their words', async ({ page, request }) => {
      await priceBuiltin(request);
      expect((await say(request, 'What is 4 plus 5?')).status()).toBe(200);
      await page.goto('/usage');
      await expectEven(page);
      await judgeBothThemes(page, `usage-axes-month-${width}`);
      await page.getByRole('radio', { name: 'Requests' }).click();
      await expectEven(page);
      await page.goto('/usage?from=2026-01-01');
      await expectEven(page);
      await judgeBothThemes(page, `usage-axes-year-${width}`);
    });
  });
}

test('who is refused by a budget reads when it begins anew, and no machine’s time', async ({ page, request, faults }) => {
  await priceBuiltin(request);
  expect((await say(request, 'What is 5 plus 5?')).status()).toBe(200);
  expect((await request.post('/api/budgets', { headers, data: { scope: 'workspace', limit_usd: 0.000001, period: 'day' } })).status()).toBe(201);
  await expect(async () => expect((await say(request, 'What is 7 plus 7?')).status()).toBe(429)).toPass(); // budgets are looked at every other second
  await page.goto('/chat');
  await page.getByRole('button', { name: /^Agent:/ }).click();
  await page.getByRole('menuitemradio', { name: /^Assistant/ }).click();
  const alert = page.getByRole('log', { name: 'Conversation' }).getByRole('alert');
  await page.getByLabel('Message', { exact: true }).fill('What is 6 plus 6?');
  await page.keyboard.press('Enter');
  await expect(alert).toContainText(/It begins anew at 00:00 on \d{1,2} [A-Z][a-z]+ \d{4} \(/);
  await expect(alert).toContainText(/In your time: /);
  await expect(alert).not.toContainText(/\dT\d\d:/);
  await judge(page, 'chat-budget');
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 429/.test(fault))); // the browser logs every refusal
});
