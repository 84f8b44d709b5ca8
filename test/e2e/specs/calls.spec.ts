import type { APIRequestContext } from '@playwright/test';
import { lossPercent, soundVerdict, type SoundFigures } from '@/app/(console)/calls/_lib/sound-quality';
import { judge, judgeBothThemes, WIDTHS } from '../support/judge';
import { Latch } from '../support/latch';
import { removeTrunks } from '../support/no-telephone';
import { TestPhone } from '../support/telephone';
import { expect, test } from '../support/test';

test.describe.configure({ lock: ['left', 'right'], mode: 'serial' }); // the pages are those of the call before: what is repeated is repeated whole, since it may be in the other Parley

/** Cookie callers come from our own page. */
const headers = { 'sec-fetch-site': 'same-origin' };
/** Nothing answers there. */
const DEAD = '127.0.0.1:9';

async function addTrunk(request: APIRequestContext, trunk: { name: string; domain: string }): Promise<string> {
  const answer = await request.post('/api/sip/trunks', { headers, data: { ...trunk, username: 'parley', registers: false } });
  expect(answer.status()).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

async function place(request: APIRequestContext, data: { extension: string; message: string; trunk: string; ring_timeout?: number }): Promise<string> {
  const answer = await request.post('/call', { headers, data });
  expect(answer.status(), await answer.text()).toBe(200);
  return ((await answer.json()) as { id: string }).id;
}

/** How good it sounded depends on the machine, which may be late but loses next to nothing: the word for what was measured of this call. */
async function measuredSound(request: APIRequestContext, address: string): Promise<string> {
  const figures = async () => ((await (await request.get(`/api/calls/${address.split('/').at(-1)}`)).json()) as { media: SoundFigures | null }).media;
  await expect.poll(figures).not.toBeNull(); // they come in just after the end
  const measured = await figures();
  const verdict = measured && soundVerdict(measured);
  if (!verdict) throw new Error('No sound was heard in the call');
  expect(lossPercent(measured), JSON.stringify(measured)).toBeLessThan(1);
  return verdict.label;
}

test.beforeEach(async ({ request }) => removeTrunks(request));
test.afterAll(async ({ playwright, baseURL, storageState }) => {
  const request = await playwright.request.newContext({ baseURL, storageState } as Parameters<typeof playwright.request.newContext>[0]);
  await removeTrunks(request);
  await request.dispose();
});

test('without a trunk the page says what to do', async ({ page }) => {
  await page.goto('/calls');
  await expect(page.getByText('No trunk yet')).toBeVisible();
  await judge(page, 'calls-no-trunk');
  await page.getByRole('link', { name: 'Connect a telephone line' }).click();
  await expect(page.getByRole('heading', { name: 'New trunk', level: 1 })).toBeVisible();
});

test('a call is placed, watched while it is spoken, spoken into and hung up', async ({ page, request, context }) => {
  await using phone = await TestPhone.start({ speaksEveryMs: 9_000 });
  await addTrunk(request, { name: 'Office PBX', domain: `127.0.0.1:${phone.port}` });
  await page.goto('/calls');
  await page.getByRole('button', { name: 'Place a call' }).click();
  const dialog = page.getByRole('dialog', { name: 'Place a call' });
  await dialog.getByLabel('Number', { exact: true }).fill('reception');
  await dialog.getByLabel('Message').fill('Hello from Parley. Ask me a sum.');
  await dialog.getByRole('switch', { name: 'Go on talking' }).click();
  await dialog.getByRole('button', { name: 'Call', exact: true }).click();

  await expect(page.getByRole('heading', { name: 'Call to reception', level: 1 })).toBeVisible();
  await expect(page.getByText('In the call').first()).toBeVisible({ timeout: 60_000 });
  const second = await place(request, { extension: '200', message: 'You are next.', trunk: 'Office PBX' });
  const transcript = page.getByRole('region', { name: 'Transcript' });
  await expect(transcript.getByText('Hello from Parley. Ask me a sum.')).toBeVisible();
  await judge(page, 'call-live');

  const board = await context.newPage();
  await board.goto('/calls');
  const card = board.getByRole('article', { name: 'Call to reception' });
  await expect(card.getByText('In the call')).toBeVisible();
  const waiting = board.getByRole('article', { name: 'Call to 200' });
  await expect(waiting.getByText('1st in line')).toBeVisible();
  await judge(board, 'calls-live');
  await board.goto('/');
  await expect(board.getByRole('region', { name: 'Live calls' }).getByRole('link', { name: 'reception' })).toBeVisible();
  await board.goto('/calls');
  await waiting.getByRole('button', { name: /^Cancel the call/ }).click();
  await board.getByRole('alertdialog').getByRole('button', { name: 'Cancel the call' }).click();
  await expect(board.getByRole('row', { name: /200/ }).first().getByText('Cancelled', { exact: true })).toBeVisible();
  await board.goto(`/calls/${second}`);
  await expect(board.getByText('Not reached').first()).toBeVisible();
  await board.close();

  await expect(transcript.getByText(/seven plus five/i).first()).toBeVisible({ timeout: 60_000 });
  await expect(transcript.getByText('The result is 12.').first()).toBeVisible();
  await page.getByLabel('Say into the call').fill('The console is speaking.');
  await page.getByRole('button', { name: 'Speak', exact: true }).click();
  await expect(page.getByLabel('Say into the call')).toHaveValue('');
  await expect(transcript.getByText('The console is speaking.')).toBeVisible();
  await page.getByRole('button', { name: 'Hang up' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Hang up' }).click();
  await expect(page.getByText('Completed').first()).toBeVisible();
  await expect(page.getByLabel('Say into the call')).toBeHidden();

  const ladder = page.getByRole('region', { name: 'Ladder of messages' });
  for (const message of ['INVITE', '180 Ringing', 'ACK', 'BYE']) await expect(ladder.getByText(message, { exact: true }).first()).toBeVisible(); // UDP may say it twice
  const sound = page.getByRole('region', { name: 'Sound' });
  await expect(sound.getByText(await measuredSound(request, page.url()), { exact: true })).toBeVisible();
  await expect(sound.getByText('G.711 µ-law (PCMU)')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Where the time went' })).toBeVisible();
  await page.getByRole('link', { name: 'Calls', exact: true }).first().click();
  const row = page.getByRole('row', { name: /reception/ }).first();
  await expect(row.getByText('Completed')).toBeVisible();
  await page.getByLabel('Search calls').fill('nobody');
  await expect(page.getByText('No call matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page.getByRole('button', { name: /^Result/ }).click();
  await page.getByRole('menuitemradio', { name: 'Cancelled' }).click();
  await expect(page.getByRole('row', { name: /reception/ })).toHaveCount(0);
  await expect(page.getByRole('row', { name: /200/ }).first()).toBeVisible();
});

test('what the server refuses is said at its field, with what was written kept', async ({ page, request, faults }) => {
  await addTrunk(request, { name: 'Dead line', domain: DEAD });
  await page.goto('/calls?new=1');
  const dialog = page.getByRole('dialog', { name: 'Place a call' });
  await dialog.getByLabel('Number', { exact: true }).fill('not a number');
  await dialog.getByLabel('Message').fill('Hello.');
  await dialog.getByRole('switch', { name: 'Ask a question' }).click();
  await dialog.getByLabel('Name of answer 2').fill('');
  await dialog.getByLabel('Rings for').fill('900');
  await dialog.getByRole('button', { name: 'Call', exact: true }).click();
  await expect(dialog.getByLabel('Number', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('Rings for')).toHaveAttribute('aria-invalid', 'true');
  await expect(dialog.getByLabel('Name of answer 2')).toHaveAttribute('aria-invalid', 'true');
  await judge(page, 'call-refused');
  await dialog.getByLabel('Number', { exact: true }).fill('100');
  await dialog.getByLabel('Rings for').fill('30');
  await dialog.getByRole('button', { name: 'Remove answer 2' }).click();
  await dialog.getByLabel('Callback address').fill('http://127.0.0.1:9/hook');
  await dialog.getByRole('button', { name: 'Call', exact: true }).click();
  await expect(dialog.getByText(/PARLEY_EGRESS_ALLOW/)).toBeVisible();
  await expect(dialog.getByLabel('Message')).toHaveValue('Hello.');
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 400/.test(fault)));
});

test('a call that nobody answers says so in words', async ({ page, request }) => {
  await addTrunk(request, { name: 'Dead line', domain: DEAD });
  const id = await place(request, { extension: '100', message: 'Nobody hears this.', trunk: 'Dead line', ring_timeout: 5 });
  await page.goto(`/calls/${id}`);
  await expect(page.getByRole('region', { name: 'Message' }).getByText('Not played')).toBeVisible({ timeout: 80_000 });
  await expect(page.getByText(/The trunk did not answer|Nobody picked up in time|did not succeed|cannot be reached/).first()).toBeVisible();
  await page.getByRole('link', { name: 'Call again' }).click();
  await expect(page.getByRole('dialog', { name: 'Place a call' }).getByLabel('Number', { exact: true })).toHaveValue('100');
});

test('an unknown call is named as such', async ({ page, faults }) => {
  await page.goto('/calls/00000000-0000-4000-8000-000000000000');
  await expect(page.getByText('There is no such call')).toBeVisible();
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 404/.test(fault)));
});

test('the list says when it cannot be read, and is asked for again', async ({ page, faults }) => {
  // It asks by itself every second, too: that is answered as little, until the button was pressed.
  const pressed = new Latch();
  let isFailing = true;
  await page.route(/\/api\/trpc\/[^?]*calls\.list/, async (route) => {
    if (isFailing) return route.abort();
    await pressed.opened;
    return route.fallback();
  });
  await page.goto('/calls');
  await expect(page.getByText('Live calls cannot be read')).toBeVisible();
  isFailing = false;
  await page.getByRole('region', { name: 'Live', exact: true }).getByRole('button', { name: 'Try again' }).click();
  pressed.open();
  await expect(page.getByText('Live calls cannot be read')).toBeHidden();
  await expect(page.getByText('No trunk yet')).toBeVisible();
  faults.splice(0);
});

const SCREENS = { ...WIDTHS, small: { width: 360, height: 740 }, huge: { width: 3840, height: 2160 } } as const;

for (const [width, viewport] of Object.entries(SCREENS)) {
  test.describe(width, () => {
    test.use({ viewport, reducedMotion: 'reduce' });
    const shot = (name: string) => `${name}-${width}`;

    test('the pages of calls are accessible and fit', async ({ page, request }) => {
      const { calls } = (await (await request.get('/api/calls?state=completed')).json()) as { calls: { id: string; extension: string }[] };
      await page.goto('/calls');
      await expect(page.getByRole('row', { name: /reception/ }).first()).toBeVisible();
      await judgeBothThemes(page, shot('calls'));
      await page.goto('/calls?q=nothing+like+this');
      await expect(page.getByText('No call matches')).toBeVisible();
      await judgeBothThemes(page, shot('calls-none'));
      await page.goto(`/calls/${calls.find(({ extension }) => extension === 'reception')?.id}`);
      await expect(page.getByRole('region', { name: 'Transcript' }).getByText(/seven plus five/i).first()).toBeVisible(); // the answer is there as far as it was heard before the console spoke into it
      await judgeBothThemes(page, shot('call'));
      await page.getByRole('region', { name: 'Ladder of messages' }).getByText('INVITE', { exact: true }).first().click();
      await page.getByRole('region', { name: 'Sound' }).scrollIntoViewIfNeeded();
      await judgeBothThemes(page, shot('call-ladder'));
      await page.goto('/calls?new=1');
      await page.getByRole('switch', { name: 'Ask a question' }).click();
      await judgeBothThemes(page, shot('call-new'));
    });
  });
}
