import { expect, type APIRequestContext } from '@playwright/test';

/** Cookie callers come from our own page. */
const headers = { 'sec-fetch-site': 'same-origin' };

async function listed<Row>(request: APIRequestContext, path: string, name: string): Promise<Row[]> {
  return ((await (await request.get(path)).json()) as Record<string, Row[]>)[name] ?? [];
}

/** Ends every call and removes every trunk. A trunk stays for as long as one of its calls does. */
export async function removeTrunks(request: APIRequestContext): Promise<void> {
  await expect(async () => {
    for (const { call_id } of await listed<{ call_id: string }>(request, '/api/calls?state=live', 'calls')) await request.delete(`/call/${call_id}`, { headers });
    for (const { id } of await listed<{ id: string }>(request, '/api/sip/trunks', 'trunks')) await request.delete(`/api/sip/trunks/${id}`, { headers });
    expect(await listed(request, '/api/sip/trunks', 'trunks')).toEqual([]);
  }).toPass({ timeout: 60_000 });
}
