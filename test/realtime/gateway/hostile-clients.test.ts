import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { tone } from '@test/support/fakes/live-session';
import { KEY, TestNode } from '@test/support/realtime/test-node';

const metric = async (node: TestNode, name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(await node.registry.metrics())?.[1] ?? 0);

describe('a client that floods', () => {
  it('hears validation_error for what was dropped and is closed with 1008 when it goes on', async () => {
    await using node = await TestNode.start({ limits: { messageBurst: 50, messagesPerSecond: 1, floodTolerance: 20 } });
    const client = await node.connect();
    await client.start();
    for (let i = 0; i < 500; i++) client.send({ type: 'input_audio_buffer.append', audio: 'AAA=' });
    expect(await client.closed).toEqual({ code: 1008, reason: 'too many messages' });
    expect(client.events.filter((event) => event.type === 'error').length).toBeLessThanOrEqual(20);
    expect(client.events.find((event) => event.type === 'error')).toMatchObject({ code: 'validation_error' });
    await expect.poll(() => [...node.store.conversations.values()][0]!.endReason).toBe('flood');
  });

  it('floods with few large messages too', async () => {
    await using node = await TestNode.start({ limits: { messageBurst: 100, messagesPerSecond: 1, floodTolerance: 2 } });
    const client = await node.connect();
    await client.start();
    for (let i = 0; i < 8; i++) client.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(64_000) });
    expect(await client.closed).toEqual({ code: 1008, reason: 'too many messages' });
    expect(client.events.filter((event) => event.type === 'error')).toHaveLength(2);
  });

  it('is closed with 1009 for a message above the limit', async () => {
    await using node = await TestNode.start();
    const client = await node.connect();
    await client.start();
    client.send({ type: 'input_audio_buffer.append', audio: 'A'.repeat(1_200_000) });
    expect(await client.closed).toMatchObject({ code: 1009 });
  });

  it('hears validation_error for binary frames', async () => {
    await using node = await TestNode.start();
    const client = await node.connect();
    await client.start();
    client.socket.send(Buffer.from([1, 2, 3]));
    expect(await client.until((event) => event.type === 'error')).toMatchObject({ code: 'validation_error' });
  });
});

describe('a client that does not read', () => {
  it('is dropped once too much waits for it, and counted', async () => {
    await using node = await TestNode.start({ limits: { maxBufferedBytes: 64 * 1024, closeTimeoutMs: 100 } });
    node.brain.script = () => Array.from({ length: 40 }, () => 'word '.repeat(100_000)); // 20 MB: more than the kernel's buffers take
    const client = await node.connect();
    await client.start({ modalities: ['text'] });
    client.socket.pause();
    client.send({ type: 'input_text', text: 'talk' });
    await expect.poll(() => metric(node, 'parley_slow_consumers_dropped_total')).toBe(1);
    await expect.poll(() => [...node.store.conversations.values()][0]!.endReason).toBe('slow_consumer');
    expect(node.sessions.size).toBe(0);
  });
});

describe('a client that is gone without a word', () => {
  it('is closed with 1001 after two unanswered pings', async () => {
    await using node = await TestNode.start({ limits: { pingEveryMs: 30, closeTimeoutMs: 50 } });
    const socket = new WebSocket(`${node.url.replace('http', 'ws')}/api/v1/realtime`, { autoPong: false, headers: { authorization: `Bearer ${KEY}` } });
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send('{"type":"session.start"}');
    const [code] = await closed;
    expect(code).toBe(1001);
    await expect.poll(() => [...node.store.conversations.values()][0]?.endReason).toBe('ping_timeout');
  });

  it('stays while it answers pings', async () => {
    await using node = await TestNode.start({ limits: { pingEveryMs: 50 } }); // longer than a busy machine takes for an answer
    const client = await node.connect();
    let pings = 0;
    await new Promise<void>((resolve) => { client.socket.on('ping', () => { pings += 1; if (pings === 8) resolve(); }); });
    await client.start();
    expect(client.events[0]!.type).toBe('session.created');
  });
});

describe('many clients', () => {
  it('are refused with 503 beyond the limit', async () => {
    await using node = await TestNode.start({ limits: { maxSockets: 2 } });
    await node.connect();
    await node.connect();
    await expect(node.connect()).rejects.toThrow('refused with 503');
  });

  it('that come and go leave nothing behind', async () => {
    await using node = await TestNode.start();
    for (let round = 0; round < 50; round++) {
      await Promise.all(Array.from({ length: 20 }, async () => {
        const client = await node.connect();
        await client.start();
        client.append(tone(100));
        if (round % 2 === 0) client.terminate();
        else client.send({ type: 'session.close' });
        await client.closed;
      }));
    }
    await expect.poll(() => node.sessions.size).toBe(0);
    await expect.poll(() => metric(node, 'parley_realtime_sockets')).toBe(0);
    expect(await metric(node, 'stentor_sessions_active')).toBe(0);
    await expect.poll(() => [...node.store.conversations.values()].every(({ endReason }) => endReason !== undefined)).toBe(true);
  });
});

describe('a node that drains', () => {
  it('closes live sockets with 1012 and lets nobody in', async () => {
    const node = await TestNode.start();
    const client = await node.connect();
    await client.start();
    await node.drain(1_000);
    expect(await client.closed).toMatchObject({ code: 1012 });
    expect([...node.store.conversations.values()][0]!.endReason).toBe('server_shutdown');
    await expect(node.connect()).rejects.toThrow();
  });
});
