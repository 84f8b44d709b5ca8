import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { Child } from '@test/support/telephone/child';
import { startMedia } from '@test/support/telephone/media-ear';
import { Telephone } from '@test/support/telephone/telephone';
import { shareOfTone } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

const TRANSPORT = { udp: 'u1', tcp: 't1' } as const;
/** sipp wants a port of its own and keeps one more for its media. */
let nextPort = 26_000 + (process.pid % 500) * 4;

describe.each(['udp', 'tcp'] as const)('sipp over %s', (protocol) => {
  it('rings a static trunk twenty times, five calls a second, and nothing stays behind', async () => {
    await using phone = await Telephone.start({ media });
    await phone.account({ protocol });
    nextPort += 4;
    await using sipp = Child.start('sipp', [`127.0.0.1:${phone.port}`, '-sn', 'uac', '-s', '0301234567', '-m', '20', '-r', '5', '-d', '300', '-t', TRANSPORT[protocol], '-i', '127.0.0.1', '-p', String(nextPort), '-mi', '127.0.0.1', '-mp', String(nextPort + 2), '-nostdin', '-timeout', '30s']);
    expect(await sipp.exit).toBe(0);
    await until('all are over', () => phone.incoming.filter(({ end }) => end !== undefined).length === 20);
    expect(phone.incoming.map(({ end }) => end!.reason)).toEqual(Array.from({ length: 20 }, () => 'hung_up_by_them'));
    expect(phone.incoming[0]!.call.facts.calledNumber).toBe('0301234567');
    await until('nothing stays', () => media.size === 0 && phone.accounts[0]!.calls === 0);
  });

  it('answers us and echoes what we say', async () => {
    nextPort += 4;
    await using sipp = Child.start('sipp', ['-sn', 'uas', '-rtp_echo', '-t', TRANSPORT[protocol], '-i', '127.0.0.1', '-p', String(nextPort), '-mi', '127.0.0.1', '-mp', String(nextPort + 2), '-nostdin']);
    await pause(500);
    await using phone = await Telephone.start({ media });
    const account = await phone.account({ protocol, domain: `127.0.0.1:${nextPort}` });
    const out = phone.ring(account, 'service');
    await until(`answered: ${sipp.output.slice(-500)}`, () => out.call.state === 'answered');
    await out.say(440, 1_000);
    await until('the echo came', () => shareOfTone(out.heard, 440) > 0.8);
    out.call.hangUp();
    expect(out.end!.reason).toBe('hung_up_by_us');
  });
});
