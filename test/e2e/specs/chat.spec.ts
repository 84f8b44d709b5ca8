import type { Page } from '@playwright/test';
import { judge, WIDTHS } from '../support/judge';
import { baseUrl } from '../support/settings';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

/** The console's own requests, made from beside it. */
const headers = () => ({ origin: baseUrl(), 'sec-fetch-site': 'same-origin' });

const log = (page: Page) => page.getByRole('log', { name: 'Conversation' });
const alert = (page: Page) => log(page).getByRole('alert');

const untilAnswered = (page: Page) => expect(page.getByRole('button', { name: 'Stop the answer' })).toBeHidden();

async function ask(page: Page, words: string): Promise<void> {
  await untilAnswered(page); // one at a time
  await page.getByLabel('Message', { exact: true }).fill(words);
  await page.keyboard.press('Enter');
}

/** A new chat with an agent of a model, made when it is not there. */
async function begin(page: Page, agent: { name: string; llm_provider: string; llm_model: string }): Promise<void> {
  const agents = (await (await page.request.get('/api/agents/')).json()) as { name: string }[];
  if (!agents.some(({ name }) => name === agent.name)) expect((await page.request.post('/api/agents/', { headers: headers(), data: agent })).status()).toBe(201);
  await page.goto('/chat');
  await page.getByRole('button', { name: /^Agent:/ }).click();
  await page.getByRole('menuitemradio', { name: agent.name }).click();
}

const GUIDE = { name: 'Guide', llm_provider: 'scripted', llm_model: 'chat' };

test('an answer is written as Markdown, its thread found again, renamed and deleted', async ({ page, fresh }) => {
  const title = fresh('Putting it to work');
  await begin(page, GUIDE);
  await expect(page.getByRole('heading', { name: 'What would you like to know?' })).toBeVisible();
  await judge(page, 'chat-empty');
  await ask(page, 'How do I deploy it?');
  const answer = log(page);
  await expect(answer.getByRole('table')).toBeVisible();
  await expect(answer.getByRole('link', { name: 'guide' })).toHaveAttribute('rel', /noopener/);
  await expect(answer.getByRole('link', { name: /diagram example\.org/ })).toBeVisible();
  expect(await answer.locator('img').count()).toBe(0); // nothing is fetched from elsewhere by reading
  await expect(answer.getByText(/scripted\/chat · .* tokens/)).toBeVisible();
  await expect(page).toHaveURL(/\/chat\?conversation=[0-9a-f-]{36}$/);

  await page.reload();
  await expect(answer.getByRole('table')).toBeVisible();
  const threads = page.getByRole('complementary', { name: 'Threads' });
  await threads.getByRole('searchbox', { name: 'Search threads' }).fill('deploy');
  await threads.getByRole('link', { name: /How do I deploy it/ }).first().hover();
  await threads.getByRole('button', { name: 'Actions for How do I deploy it?' }).first().click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await threads.getByRole('searchbox', { name: 'Search threads' }).fill(title.toLowerCase());
  await threads.getByRole('link', { name: title }).hover();
  await threads.getByRole('button', { name: `Actions for ${title}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(threads.getByText('Nothing found')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'What would you like to know?' })).toBeVisible();
});

test('a tool’s call unfolds: what it was asked, what it answered and how long it took', async ({ page }) => {
  await begin(page, GUIDE);
  await ask(page, 'What is the sum of 6 times 7?');
  await expect(log(page).getByText('42', { exact: true })).toBeVisible();
  await log(page).getByRole('button', { name: /Working it out.* ms/ }).click();
  await expect(log(page).getByText('CALC asked with')).toBeVisible();
  await expect(log(page).getByText('6 * 7')).toBeVisible();
  await expect(log(page).getByText('The result is 42')).toBeVisible();
  await judge(page, 'chat-tool');
});

test('Escape stops an answer and what was written stays, marked, also after a reload', async ({ page }) => {
  await begin(page, GUIDE);
  await ask(page, 'Tell me a story');
  await expect(log(page).getByText(/lighthouse keeper/)).toBeVisible();
  await judge(page, 'chat-streaming');
  await page.keyboard.press('Escape');
  await expect(log(page).getByText('Stopped')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stop the answer' })).toBeHidden();
  await expect(log(page).getByText(/began a new line/)).toBeHidden();
  await page.reload();
  await expect(log(page).getByText(/lighthouse keeper/)).toBeVisible();
  await expect(log(page).getByText('Stopped')).toBeVisible();
  await log(page).getByRole('button', { name: 'Ask again' }).click();
  await expect(log(page).getByText('Stopped')).toBeHidden();
  await page.getByRole('button', { name: 'Stop the answer' }).click();
  await expect(log(page).getByText('Stopped')).toHaveCount(1);
});

test('an answer that breaks off keeps its words and says why; trying again takes its place', async ({ page }) => {
  await begin(page, GUIDE);
  await ask(page, 'Please break off');
  await expect(alert(page)).toContainText('What had been written is kept.');
  await expect(log(page).getByText(/The first half of the answer/)).toBeVisible();
  await judge(page, 'chat-failed');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(log(page).getByText('This time the whole answer is here.')).toBeVisible();
  await page.reload();
  await expect(log(page).getByText('This time the whole answer is here.')).toBeVisible();
  await expect(log(page).getByText('Please break off')).toHaveCount(1);
  await expect(log(page).getByText(/The first half of the answer/)).toBeHidden();
});

test('a vendor without a key is named by its variable, with a way to set it up', async ({ page, faults }) => {
  await begin(page, { name: 'Unset', llm_provider: 'mistral', llm_model: 'mistral-small-latest' });
  await ask(page, 'Hello?');
  await expect(alert(page)).toContainText('MISTRAL_API_KEY');
  await expect(alert(page).getByRole('link', { name: 'Set up providers' })).toBeVisible();
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 503/.test(fault))); // the browser logs every refusal
});

test('an earlier question in other words goes on in a branch, and the first thread stays as it was', async ({ page }) => {
  await begin(page, GUIDE);
  await ask(page, 'What is new?');
  await expect(log(page).getByText('Here is what I know about it.')).toBeVisible();
  await ask(page, 'How do I deploy it?');
  await expect(log(page).getByRole('table')).toBeVisible();
  await untilAnswered(page);
  const first = page.url();

  await page.getByLabel('Message', { exact: true }).press('ArrowUp');
  const editor = page.getByLabel('Your question in other words');
  await expect(editor).toHaveValue('How do I deploy it?');
  await editor.fill('Count words in Python');
  await page.keyboard.press('Enter');
  await expect(log(page).getByText('from collections import Counter')).toBeVisible();
  await expect(log(page).getByText('What is new?')).toBeVisible();
  await expect(log(page).getByText('How do I deploy it?')).toBeHidden();
  await expect(log(page).getByText(/with a million of them/i)).toBeVisible();
  await judge(page, 'chat-branch');
  await page.emulateMedia({ colorScheme: 'dark' });
  await judge(page, 'chat-branch-dark');
  await page.setViewportSize(WIDTHS.narrow);
  await judge(page, 'chat-narrow-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await judge(page, 'chat-narrow');
  await page.getByRole('button', { name: 'Threads' }).click();
  await expect(page.getByRole('dialog', { name: 'Threads' }).getByRole('link', { name: /What is new/ }).first()).toBeVisible();
  await judge(page, 'chat-narrow-threads');
  await page.keyboard.press('Escape');

  await log(page).getByRole('link', { name: 'an earlier thread' }).click();
  await expect(page).toHaveURL(first);
  await expect(log(page).getByText('How do I deploy it?')).toBeVisible();
  await expect(log(page).getByText('Count words in Python')).toBeHidden();
});

test('files are sent along, what cannot be read is refused in words, and both stand in the record', async ({ page, faults }) => {
  await begin(page, GUIDE);
  const chosen = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Attach files' }).click();
  await (await chosen).setFiles([
    { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('The launch is on Tuesday at nine.') },
    { name: 'broken.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\u0003\u0004 nothing of use') },
  ]);
  const tray = page.getByRole('list', { name: 'Files to send along' });
  await expect(tray.getByRole('alert')).toContainText(/broken\.zip|cannot|support/i);
  await expect(tray.getByRole('button', { name: 'Remove plan.txt' })).toBeVisible();
  await judge(page, 'chat-attach');
  await tray.getByRole('button', { name: 'Remove broken.zip' }).click();
  await ask(page, 'What is in this file?');
  await expect(log(page).getByText(/the launch is on Tuesday/)).toBeVisible();
  await expect(log(page).getByRole('link', { name: /plan\.txt/ })).toBeVisible();
  await page.reload();
  await expect(log(page).getByRole('link', { name: /plan\.txt/ })).toBeVisible();

  // Dropped on the page, wherever.
  const data = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['a,b\n1,2\n'], 'numbers.csv', { type: 'text/csv' }));
    return transfer;
  });
  await log(page).dispatchEvent('drop', { dataTransfer: data });
  await expect(tray.getByRole('button', { name: 'Remove numbers.csv' })).toBeVisible();

  await page.goto(page.url().replace('/chat?conversation=', '/conversations/'));
  await expect(page.getByRole('link', { name: /plan\.txt/ })).toBeVisible();
  await judge(page, 'conversation-of-chat');
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 4\d\d/.test(fault)));
});
