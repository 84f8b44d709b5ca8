import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { startMedia } from '@test/support/telephone/media-ear';
import { Stranger } from '@test/support/telephone/stranger';
import { Telephone } from '@test/support/telephone/telephone';
import { until } from '@test/support/telephone/until';
import { TORTURE } from '@test/support/telephone/torture';
import { MORE_TORTURE } from '@test/support/telephone/torture-more';

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

const SOFTWARE = /user-agent|^server\s*:|parley|sip\.?js|node\.?js|undici|x-called-uri/im;

describe('a message that few parsers like', () => {
  it.each([...TORTURE, ...MORE_TORTURE])('is answered, refused or dropped and counted: $name', async ({ text }) => {
    await using phone = await Telephone.start({ media, floodLimits: { maxRequests: 1_000_000 } });
    await phone.account();
    phone.onCall = ({ call }) => call.refuse('busy');
    const thrown: unknown[] = [];
    const onThrown = (error: unknown) => { thrown.push(error); };
    process.on('uncaughtException', onThrown).on('unhandledRejection', onThrown);
    await using stranger = await Stranger.to(phone.port);
    await stranger.send(text.replaceAll('\n', '\r\n'));
    await until('it was taken', () => phone.listener.counters.received === 1);
    const ours = stranger.request();
    await until('OPTIONS are answered', () => { void stranger.send(ours); return stranger.answers.some((answer) => answer.status === 200 && ours.includes(answer.get('Call-ID')!)); });
    process.off('uncaughtException', onThrown).off('unhandledRejection', onThrown);
    expect(thrown).toEqual([]);

    const { malformed, stray, thrown: unbearable, refused } = phone.listener.counters;
    const answered = phone.trace.some((message) => message.direction === 'out' && !message.text.includes('Call-ID: stranger'));
    expect({ known: malformed + stray + unbearable + refused > 0 || answered }).toEqual({ known: true });
    for (const message of phone.trace) if (message.direction === 'out') expect(message.text).not.toMatch(SOFTWARE);
    await until('nothing is left of it', () => phone.accounts[0]!.calls === 0 && media.size === 0);
  });
});
