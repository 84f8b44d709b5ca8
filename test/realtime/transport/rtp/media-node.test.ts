import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { writeRtp } from '@/realtime/transport/rtp/rtp-packet';
import type { MediaStatistics } from '@/realtime/transport/rtp/media-messages';
import { freeMediaPorts } from '@test/support/telephone/free-media-ports';
import { MediaEar, startMedia } from '@test/support/telephone/media-ear';
import { lossyRelay } from '@test/support/telephone/relay';
import { join, shareOfTone, tone, trimSilence } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';

async function pair() {
  const node = await startMedia();
  const [anna, bert] = await Promise.all([MediaEar.open(node), MediaEar.open(node)]);
  anna.talkTo(bert.stream, { sends: false });
  bert.talkTo(anna.stream, { sends: false });
  await measured(bert); // both listen: the first packet of neither is lost on the other
  anna.talkTo(bert.stream);
  bert.talkTo(anna.stream);
  return { node, anna, bert, [Symbol.asyncDispose]: () => node[Symbol.asyncDispose]() };
}

/** Passes through the worker behind all that it was told before. */
const measured = async (ear: MediaEar): Promise<MediaStatistics> => (await ear.stream.statistics())!;

describe('the media of a call', () => {
  it.each(['PCMU', 'PCMA'] as const)('carries %s both ways', async (codec) => {
    await using media = await pair();
    const { anna, bert } = media;
    const payloadType = codec === 'PCMU' ? 0 : 8;
    anna.talkTo(bert.stream, { codec, payloadType });
    bert.talkTo(anna.stream, { codec, payloadType });
    await Promise.all([anna.sayUntil(440, () => bert.hears(440)), bert.sayUntil(700, () => anna.hears(700))]);
    const statistics = await measured(bert);
    expect(statistics).toMatchObject({ lost: 0, strangers: 0, ignored: 0, overflowed: 0 });
    expect(statistics.received).toBeGreaterThan(40); // a second, less what was made up
  });

  it('bears the loss of five per cent of its packets', async () => {
    await using node = await startMedia();
    const [anna, bert] = await Promise.all([MediaEar.open(node), MediaEar.open(node)]);
    await using relay = await lossyRelay(bert.stream.port, { lose: (index) => index % 20 === 11 });
    anna.talkTo({ port: relay.port, rtcpPort: bert.stream.rtcpPort });
    bert.talkTo({ port: relay.port, rtcpPort: anna.stream.rtcpPort });
    await anna.sayUntil(440, () => bert.hears(440, { ms: 3_000, share: 0.8 }));
    const statistics = await measured(bert);
    expect(statistics.lost).toBeGreaterThanOrEqual(6);
    expect(statistics.concealed).toBeGreaterThanOrEqual(6);
  });

  it('carries keys as events, and as tones to a side that knows none', async () => {
    await using media = await pair();
    const { anna, bert } = media;
    anna.stream.dial('159#', 100);
    await until('four keys', () => bert.digits.length === 4);
    expect(bert.digits.join('')).toBe('159#');
    bert.talkTo(anna.stream, { eventPayloadType: undefined });
    bert.stream.dial('5', 1_000);
    await until('two tones', () => trimSilence(anna.heard).length > 1_500 && [770, 1_336].every((hz) => shareOfTone(anna.heard, hz, 0.4) > 0.8));
    expect(anna.digits).toEqual([]);
  });

  it('listens to the first sender only, wherever it is, once three packets came in a row, and sends there', async () => {
    await using media = await pair();
    const { node } = media;
    const carl = await MediaEar.open(node);
    carl.talkTo({ port: 9, rtcpPort: 9 }); // SDP named an address nobody sends from: the other side is behind NAT
    await measured(carl); // he listens
    const [inside, stranger] = [createSocket('udp4'), createSocket('udp4')];
    const answers: number[] = [];
    inside.on('message', () => answers.push(1));
    const strangers: number[] = [];
    stranger.on('message', () => strangers.push(1));
    const send = async (socket: typeof inside, sequence: number, ssrc: number) =>
      new Promise<void>((resolve) => { socket.send(writeRtp({ payloadType: 0, marker: false, sequence, timestamp: sequence * 160, ssrc, payload: new Uint8Array(160).fill(0x20) }), carl.stream.port, '127.0.0.1', () => resolve()); });
    for (let sequence = 0; sequence < 10; sequence++) { await send(inside, sequence, 1); await pause(20); }
    for (let sequence = 10; sequence < 20; sequence++) { await Promise.all([send(inside, sequence, 1), send(stranger, sequence, 1), send(stranger, sequence, 2)]); await pause(20); }
    await until('audio came back to the one inside', () => answers.length > 10);
    let statistics = await measured(carl);
    await until('all were counted', async () => { statistics = await measured(carl); return statistics.received + statistics.strangers + statistics.ignored === 40; });
    expect(statistics).toMatchObject({ received: 18, strangers: 22 });
    expect(strangers).toEqual([]);
    inside.close();
    stranger.close();
  });

  it('drops garbage, counts it and goes on', async () => {
    await using media = await pair();
    const { anna, bert } = media;
    const enemy = createSocket('udp4');
    for (let index = 0; index < 300; index++) {
      const bytes = Buffer.alloc(index * 5, index);
      if (index % 2 && bytes.length > 1) { bytes[0] = 0x80 | (index & 0x3f); bytes[1] = index & 0xff; }
      enemy.send(bytes, bert.stream.port, '127.0.0.1');
      enemy.send(bytes, bert.stream.rtcpPort, '127.0.0.1');
      if (index % 20 === 19) await pause(20); // the kernel drops what a busy machine does not read
    }
    await anna.sayUntil(440, () => bert.hears(440));
    const statistics = await measured(bert);
    expect(statistics.ignored + statistics.strangers).toBeGreaterThan(250);
    enemy.close();
  });

  it('stops what was queued when it is told to', async () => {
    await using media = await pair();
    const { anna, bert } = media;
    await until('media flows', () => bert.begun);
    anna.stream.send(tone(440, 1_900));
    await until('it is heard', () => trimSilence(bert.heard).length > 800);
    anna.talkTo(bert.stream, { sends: false }); // the rest waits, however long we take
    await until('nothing comes', () => !bert.frames.slice(-15).some((frame) => frame.some((sample) => Math.abs(sample) > 500)));
    const before = bert.frames.length;
    anna.stream.clear();
    anna.stream.send(tone(700, 1_000));
    anna.talkTo(bert.stream);
    await until('what was said afterwards is heard', () => shareOfTone(join(bert.frames.slice(before)), 700) > 0.5);
    expect(shareOfTone(join(bert.frames.slice(before)), 440)).toBeLessThan(0.1);
  });

  it('says when nothing comes any longer', async () => {
    await using node = await startMedia();
    const ear = await MediaEar.open(node, { silenceMs: 300 });
    ear.talkTo({ port: 9, rtcpPort: 9 });
    await until('silence was noticed', () => ear.silent > 0);
    await pause(400);
    expect(ear.silent).toBe(1);
  });

  it('does not send and does not listen while it is on hold', async () => {
    await using media = await pair();
    const { anna, bert } = media;
    await until('media flows', () => bert.begun && anna.begun);
    bert.talkTo(anna.stream, { sends: false, receives: false });
    const { sent } = await measured(bert);
    const frames = bert.frames.length;
    await until('all of it came', async () => (await measured(anna)).received === sent);
    await pause(300);
    expect([(await measured(bert)).sent, (await measured(anna)).received]).toEqual([sent, sent]);
    expect(bert.frames).toHaveLength(frames);
  });
});

describe('the media worker', () => {
  it('that ends leaves nobody waiting for what it would have told', async () => {
    const node = await startMedia();
    const ending = (Reflect.get(node, 'worker') as Worker).terminate();
    await expect(node.load()).rejects.toThrow('The media worker has ended'); // asked before anybody knew
    await ending;
    await expect(node.load()).rejects.toThrow('The media worker is gone');
  });

  it('gives even ports of its range, none twice, and takes them back', async () => {
    const range = await freeMediaPorts(6);
    await using node = await startMedia(range);
    const ears = await Promise.all([MediaEar.open(node), MediaEar.open(node), MediaEar.open(node)]);
    expect(ears.map(({ stream }) => stream.port).sort()).toEqual([range.min, range.min + 2, range.min + 4]);
    expect(ears.map(({ stream }) => stream.rtcpPort - stream.port)).toEqual([1, 1, 1]);
    await expect(MediaEar.open(node)).rejects.toThrow('No RTP port is free');
    ears[1]!.stream.close();
    await ears[1]!.stream.statistics();
    expect((await MediaEar.open(node)).stream.port).toBe(ears[1]!.stream.port);
  });

  it('passes over ports that others hold', async () => {
    const range = await freeMediaPorts(4);
    const other = createSocket('udp4').bind(range.min + 1, '127.0.0.1');
    await once(other, 'listening');
    await using node = await startMedia(range);
    expect((await MediaEar.open(node)).stream.port).toBe(range.min + 2);
    other.close();
  });

  it('tells all calls when it dies, and nobody counts on its numbers any longer', async () => {
    const node = await startMedia();
    const ear = await MediaEar.open(node);
    await (Reflect.get(node, 'worker') as Worker).terminate();
    expect(ear.lost).toBe(true);
    expect(await ear.stream.statistics()).toBeNull();
    await expect(MediaEar.open(node)).rejects.toThrow('gone');
  });

  it('that is closed closes its calls: no loss is told, and who asks for numbers does not wait', async () => {
    const node = await startMedia();
    const ear = await MediaEar.open(node);
    await node.close();
    expect(ear.lost).toBe(false);
    await ear.stream.statistics(); // the last ones or none: the worker ends as it answers
    await expect(MediaEar.open(node)).rejects.toThrow('gone');
  });

  it('keeps time and forgets nothing of a closed call', async () => {
    await using node = await startMedia();
    const ears = await Promise.all(Array.from({ length: 20 }, () => MediaEar.open(node)));
    ears.forEach((ear, index) => ear.talkTo(ears[index ^ 1]!.stream));
    const begunAt = performance.now();
    await until('it ticks, and is not behind', async () => {
      const askedAt = performance.now();
      const { ticks, skipped } = (await node.load()).pacing;
      return ticks > 150 && ticks + skipped > (askedAt - begunAt) / 5 - 5;
    });
    expect(await node.load()).toMatchObject({ calls: 20, droppedBatches: 0, droppedAudio: 0 });
    for (const { stream } of ears) stream.close();
    await Promise.all(ears.map(({ stream }) => stream.statistics()));
    expect(node.size).toBe(0);
    expect((await node.load()).calls).toBe(0);
  });
});
