import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

test('an agent is made, changed, tried beside its form, copied and deleted', async ({ page, fresh }) => {
  const name = fresh('Reception');
  await page.goto('/agents');
  await page.getByRole('button', { name: 'New agent' }).click();
  const dialog = page.getByRole('dialog', { name: 'New agent' });
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create agent' }).click();
  await expect(page.getByRole('heading', { name, exact: true, level: 1 })).toBeVisible();

  const form = page.getByRole('form', { name: `Settings of ${name}` });
  await form.getByLabel('Description').fill('Answers the main line');
  await form.getByLabel('Tags').fill('phone');
  await page.keyboard.press('Enter');
  await form.getByRole('button', { name: /^Voice:/ }).click();
  await page.getByRole('menuitemradio', { name: /RMS/ }).click();
  await expect(page.getByText('You talk to the agent as last saved.')).toBeVisible();
  await page.keyboard.press('Control+s');
  await expect(page.getByText('Saved.', { exact: true })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Save' })).toBeHidden();

  const panel = page.getByRole('region', { name: 'Test' });
  await panel.getByLabel('Message').fill('What is 11 times 11?');
  await page.keyboard.press('Enter');
  await expect(panel.getByText('The result is 121.')).toBeVisible();
  await expect(panel.getByText('Working it out')).toBeVisible();
  await expect(panel.getByRole('button', { name: /Timing of this turn/ })).toBeVisible();

  await page.reload();
  await expect(form.getByLabel('Description')).toHaveValue('Answers the main line');
  await expect(form.getByRole('button', { name: 'Remove phone' })).toBeVisible();
  await expect(form.getByRole('button', { name: /^Voice: RMS/ })).toBeVisible();

  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await expect(page.getByRole('heading', { name: `${name} copy`, level: 1 })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Voice: RMS/ })).toBeVisible();
  await page.getByRole('button', { name: `Actions for ${name} copy` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('button', { name: 'Delete agent' }).click();
  await expect(page.getByRole('heading', { name: 'Agents', level: 1 })).toBeVisible();
  await expect(page.getByRole('link', { name: new RegExp(`^${name}`) })).toHaveCount(1);
});

test('what the server refuses is said at its field, and nothing is lost', async ({ page, faults }) => {
  await page.goto('/agents');
  await page.getByRole('link', { name: /^Assistant/ }).click();
  const form = page.getByRole('form', { name: 'Settings of Assistant' });
  await form.getByLabel('Name').fill('   ');
  await form.getByLabel('Speed').fill('9');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(form.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Name').fill('Assistant');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(form.getByText('Must be 0.5 to 2.')).toBeVisible();
  await expect(form.getByLabel('Speed')).toBeFocused();
  await page.getByRole('button', { name: 'Discard' }).click();
  await expect(form.getByLabel('Speed')).toHaveValue('');
  await expect(form.getByText('Must be 0.5 to 2.')).toBeHidden();
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 400/.test(fault)));
});

test('a page with unsaved changes is left only on purpose', async ({ page }) => {
  await page.goto('/agents');
  await page.getByRole('link', { name: /^Assistant/ }).click();
  const description = page.getByRole('form').getByLabel('Description');
  await description.fill('Half written');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
  const question = page.getByRole('alertdialog', { name: 'Leave without saving?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(description).toHaveValue('Half written');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
  await question.getByRole('button', { name: 'Discard changes' }).click();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeVisible();
});

test('the list is searched and filtered by tag, in the address', async ({ page, request, fresh }) => {
  const hotel = fresh('hotel');
  for (const [name, tag] of [['Night desk', hotel], ['Day desk', hotel], ['Kitchen', 'home']])
    expect((await request.post('/api/agents/', { data: { name, tags: [tag] }, headers: { 'sec-fetch-site': 'same-origin' } })).status()).toBe(201);
  await page.goto('/agents');
  await page.getByRole('button', { name: /^Tag/ }).click();
  await page.getByRole('menuitemradio', { name: hotel, exact: true }).click();
  await expect(page.getByText('2 agents found')).toBeVisible();
  await page.getByLabel('Search agents').fill('night');
  await expect(page.getByText('1 agent found')).toBeVisible();
  await expect(page).toHaveURL(/q=night/);
  await page.reload();
  await expect(page.getByRole('link', { name: /^Night desk/ })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Day desk/ })).toBeHidden();
  await page.getByLabel('Search agents').fill('nobody');
  await expect(page.getByText('No agent matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await expect(page.getByRole('link', { name: /^Day desk/ }).first()).toBeVisible();
});

test('an agent’s page leads to the playground with it', async ({ page }) => {
  await page.goto('/agents');
  await page.getByRole('button', { name: 'Actions for Assistant' }).click();
  await page.getByRole('menuitem', { name: 'Talk in the playground' }).click();
  await expect(page.getByText('Say something')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Agent: Assistant' })).toBeVisible();
});

test('an unknown agent is named as such', async ({ page, faults }) => {
  await page.goto('/agents/00000000-0000-4000-8000-000000000000');
  await expect(page.getByText('There is no such agent')).toBeVisible();
  faults.splice(0, faults.length, ...faults.filter((fault) => !/status of 404/.test(fault)));
});
