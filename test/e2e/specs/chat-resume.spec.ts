import type { Page } from '@playwright/test';
import { judge, WIDTHS } from '../support/judge';
import { openLine } from '../support/line';
import { baseUrl } from '../support/settings';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

/** The console's own requests, made from beside it. */
const headers = () => ({ origin: baseUrl(), 'sec-fetch-site': 'same-origin' });

const log = (page: Page) => page.getByRole('log', { name: 'Conversation' });
const stop = (page: Page) => page.getByRole('button', { name: 'Stop the answer' });

/** A new chat with the agent of script.json. */
async function begin(page: Page, base = ''): Promise<string> {
  const known = (await (await page.request.get('/api/agents/')).json()) as { id: string; name: string }[];
  const name = 'Storyteller';
  let id = known.find((agent) => agent.name === name)?.id;
  if (id === undefined) {
    const made = await page.request.post('/api/agents/', { headers: headers(), data: { name, llm_provider: 'scripted', llm_model: 'chat' } });
    expect(made.status(), await made.text()).toBe(201);
    id = ((await made.json()) as { id: string }).id;
  }
  await page.goto(`${base}/chat`);
  await page.getByRole('button', { name: /^Agent:/ }).click();
  await page.getByRole('menuitemradio', { name }).click();
  return id;
}

async function ask(page: Page, words: string): Promise<void> {
  await expect(stop(page)).toBeHidden(); // one at a time
  await page.getByLabel('Message', { exact: true }).fill(words);
  await page.keyboard.press('Enter');
}

test('an answer goes on by itself when the connection is lost, and when its page is loaded again in the middle of it', async ({ page, faults }) => {
  await using line = await openLine(baseUrl());
  await begin(page, line.url);
  await ask(page, 'Tell me a story');
  await expect(log(page).getByText(/Once upon a time/)).toBeVisible();

  line.cut();
  await expect(page.getByText(/The server cannot be reached\./)).toBeVisible();
  await judge(page, 'chat-reconnecting');
  line.mend();
  await expect(log(page).getByText(/lighthouse keeper who wrote down every ship that passed\. He had begun/)).toBeVisible(); // without a gap, and without a word twice
  await expect(page.getByText(/The server cannot be reached\./)).toBeHidden();
  await expect(log(page).getByRole('alert')).toHaveCount(0);

  await page.reload();
  await expect(log(page).getByText(/lighthouse keeper .* as a young man/)).toBeVisible();
  await expect(stop(page)).toBeVisible();
  await expect(log(page).getByText(/The ledgers grew into a shelf/)).toBeVisible();
  await expect(log(page).getByText('Tell me a story')).toHaveCount(1);

  await page.keyboard.press('Escape');
  await expect(log(page).getByText('Stopped')).toBeVisible();
  await page.reload();
  await expect(log(page).getByText(/lighthouse keeper/)).toBeVisible();
  await expect(log(page).getByText('Stopped')).toBeVisible();
  await expect(stop(page)).toBeHidden();
  faults.splice(0, faults.length, ...faults.filter((fault) => !/net::ERR_|Failed to fetch/.test(fault))); // the browser logs what it could not reach
});

test('an answer goes on while another thread is open', async ({ page }) => {
  await begin(page);
  await ask(page, 'Tell me a story');
  await expect(log(page).getByText(/Once upon a time/)).toBeVisible();
  const story = page.url();
  await page.getByRole('link', { name: 'New chat' }).first().click();
  await expect(page.getByRole('heading', { name: 'What would you like to know?' })).toBeVisible();
  await page.goto(story);
  await expect(stop(page)).toBeVisible();
  await expect(log(page).getByText(/He had begun as a young man/)).toBeVisible();
  await stop(page).click();
  await expect(log(page).getByText('Stopped')).toBeVisible();
});

test('what an answer used and cost stands below it after a reload as before', async ({ page }) => {
  await begin(page);
  await ask(page, 'What is new?');
  const facts = log(page).getByText(/scripted\/chat · .* · [\d,]+ tokens · no cost$/);
  await expect(facts).toBeVisible();
  const before = await facts.textContent();
  await page.reload();
  await expect(facts).toBeVisible();
  expect((await facts.textContent())?.split(' · ').slice(-2)).toEqual(before?.split(' · ').slice(-2));
});

test('a branch is called by its own question', async ({ page }) => {
  await begin(page);
  await ask(page, 'What is new today?');
  await expect(log(page).getByText('Here is what I know about it.')).toBeVisible();
  await expect(stop(page)).toBeHidden();
  await page.getByLabel('Message', { exact: true }).press('ArrowUp');
  await page.getByLabel('Your question in other words').fill('What was new yesterday?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'What was new yesterday?' })).toBeVisible();
  const threads = page.getByRole('complementary', { name: 'Threads' });
  await expect(threads.getByRole('link', { name: /What was new yesterday\?/ }).first()).toBeVisible();
  await expect(threads.getByRole('link', { name: /What is new today\?/ }).first()).toBeVisible();
});

test('a thread that began with a file is called by the file', async ({ page }) => {
  const agent = await begin(page);
  const { thread_id: thread } = (await (await page.request.post('/api/threads/create', { headers: headers(), data: {} })).json()) as { thread_id: string };
  const sent = await page.request.post('/api/files/upload', { headers: headers(), multipart: { thread_id: thread, model_id: agent, file: { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('The launch is on Tuesday at nine.') } } });
  expect(sent.status(), await sent.text()).toBe(200);
  await page.goto(`/chat?conversation=${thread}`);
  await expect(page.getByRole('heading', { level: 1, name: 'plan.txt' })).toBeVisible();
  const threads = page.getByRole('complementary', { name: 'Threads' });
  await expect(threads.getByRole('link', { name: /plan\.txt/ }).first()).toBeVisible();
  await threads.getByRole('searchbox', { name: 'Search threads' }).fill('plan.txt');
  await expect(threads.locator('mark').first()).toBeVisible();
  await expect(page.getByText('[File uploaded')).toHaveCount(0);
  await judge(page, 'chat-file-thread');
  await page.goto(`/conversations/${thread}`);
  await expect(page.getByRole('heading', { level: 1, name: 'plan.txt' })).toBeVisible();
  await expect(page.getByText('[File uploaded')).toHaveCount(0);
});

test('a file that could not be taken says why, can be tried again, and one that is taken out is gone', async ({ page, faults }) => {
  await begin(page);
  await page.route('**/api/conversations/*/files', (route) => route.fulfill({ status: 503, json: { detail: 'Too many files are being read just now; try again in a moment' } }));
  const attach = async (name: string, mimeType: string, text: string) => {
    const chosen = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Attach files' }).click();
    await (await chosen).setFiles([{ name, mimeType, buffer: Buffer.from(text) }]);
  };
  await attach('plan.txt', 'text/plain', 'The launch is on Tuesday at nine.');
  const tray = page.getByRole('list', { name: 'Files to send along' });
  await expect(tray.getByRole('alert')).toContainText('Too many files are being read just now');
  await page.unroute('**/api/conversations/*/files');
  await attach('broken.zip', 'application/zip', 'PK\u0003\u0004 nothing of use');
  await expect(tray.getByRole('alert')).toHaveCount(2);
  await expect(tray.getByRole('button', { name: 'Try broken.zip again' })).toHaveCount(0); // it would be refused again
  await judge(page, 'chat-refused-files');
  await page.setViewportSize(WIDTHS.narrow);
  await judge(page, 'chat-refused-files-narrow');
  await tray.getByRole('button', { name: 'Try plan.txt again' }).click();
  await expect(tray.getByRole('alert')).toHaveCount(1);
  await tray.getByRole('button', { name: 'Remove broken.zip' }).click();
  const deleted = page.waitForResponse((response) => response.request().method() === 'DELETE' && response.url().includes('/api/files/'));
  await tray.getByRole('button', { name: 'Remove plan.txt' }).click();
  expect((await deleted).status()).toBe(204);
  await expect(tray).toBeHidden();
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of (415|400|503)/.test(fault))); // the browser logs every refusal
});
