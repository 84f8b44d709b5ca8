import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { controlToken } from '@/server/sessions/control-contract';
import { Secret } from '@/server/platform/secret';
import { createRealtimeControl } from '@/server/sessions/realtime-control';

const secret = new Secret('shared');

describe('asking realtime about its sessions', () => {
  it('carries the shared token, and a dead or failing realtime is unavailable', async () => {
    const asked: string[] = [];
    let status = 200;
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization === `Bearer ${controlToken(secret)}`}`);
      response.writeHead(status).end(request.url?.endsWith('metrics') ? 'm 1' : '[]');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const control = createRealtimeControl({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, secret });
    expect(await control.list()).toEqual([]);
    expect(await control.metrics()).toBe('m 1');
    await control.close('a/b');
    expect(asked).toEqual(['GET /control/sessions true', 'GET /control/metrics true', 'DELETE /control/sessions/a%2Fb true']);
    status = 404;
    await expect(control.close('gone')).rejects.toMatchObject({ kind: 'not_found' });
    status = 500;
    await expect(control.list()).rejects.toMatchObject({ kind: 'unavailable' });
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await expect(control.list()).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
