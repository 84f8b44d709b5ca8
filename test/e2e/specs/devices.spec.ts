import WebSocket from 'ws';
import { expect, test } from '../support/test';

test.describe.configure({ lock: 'right' });

const firstMessage = (socket: WebSocket, type: string) => new Promise<void>((resolve, reject) => {
  socket.on('message', (data: Buffer) => { if ((JSON.parse(data.toString('utf8')) as { type: string }).type === type) resolve(); });
  socket.once('error', reject);
  socket.once('unexpected-response', (_, response) => reject(new Error(`refused with ${response.statusCode}`)));
});

test('a device connects with its token, is shown in session, and is thrown out when revoked', async ({ page, baseURL, fresh }) => {
  const name = fresh('Hall');
  await page.goto('/devices');
  await page.getByRole('button', { name: 'New device' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create device' }).click();
  const token = (await dialog.getByLabel('Device token').textContent()) ?? '';
  const address = (await dialog.getByLabel('WebSocket address', { exact: true }).textContent()) ?? '';
  expect(address).toBe(`${baseURL?.replace(/^http/, 'ws')}/api/v1/realtime`);
  await expect(dialog.getByLabel('Sketch: connect and say hello', { exact: true })).toContainText(token);
  await dialog.getByRole('button', { name: 'Done' }).click();

  const row = page.getByRole('row', { name });
  await expect(row.getByText('Offline')).toBeVisible();
  const socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` } });
  const created = firstMessage(socket, 'session.created');
  socket.once('open', () => socket.send(JSON.stringify({ type: 'session.start' })));
  await created;
  await expect(row.getByText('In session')).toBeVisible();

  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await row.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Revoke' }).click();
  await page.getByRole('button', { name: 'Revoke device' }).click();
  await closed;
  await expect(row.getByText('Revoked')).toBeVisible();
  await expect(firstMessage(new WebSocket(address, { headers: { authorization: `Bearer ${token}` } }), 'session.created')).rejects.toThrow('refused with 401');
});
