import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import { Secret } from '@/server/platform/secret';
import { seededRandom } from '@test/support/power-loss/random';
import { freeSipPort } from '@test/support/telephone/free-sip-port';
import { LossyWire } from '@test/support/telephone/lossy-wire';
import { startMedia } from '@test/support/telephone/media-ear';
import { startSipp } from '@test/support/telephone/sipp';
import { Telephone } from '@test/support/telephone/telephone';
import { shareOfTone } from '@test/support/telephone/tones';
import { until } from '@test/support/telephone/until';

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

describe.each(['udp', 'tcp'] as const)('sipp over %s', (protocol) => {
  it('rings a static trunk twenty times, five calls a second, and nothing stays behind', async () => {
    await using phone = await Telephone.start({ media });
    await phone.account({ protocol });
    await using sipp = await startSipp({ protocol, scenario: 'uac', target: phone.port, args: ['-s', '0301234567', '-m', '20', '-r', '5', '-d', '300', '-timeout', '120s'] });
    expect(await sipp.exit).toBe(0);
    await until('all are over', () => phone.incoming.filter(({ end }) => end !== undefined).length === 20);
    expect(phone.incoming.map(({ end }) => end!.reason)).toEqual(Array.from({ length: 20 }, () => 'hung_up_by_them'));
    expect(phone.incoming[0]!.call.facts.calledNumber).toBe('0301234567');
    await until('nothing stays', () => media.size === 0 && phone.accounts[0]!.calls === 0);
  });

  it('calls from an unknown address with a name and a password, and not without', async () => {
    await using phone = await Telephone.start({ media });
    await phone.account({ protocol, allowedAddresses: [], domain: '192.0.2.1', callers: [{ username: 'carl', password: new Secret('secret') }] });
    await using sipp = await startSipp({ protocol, scenario: 'digest', target: phone.port, args: ['-s', 'anna', '-m', '5', '-r', '5', '-timeout', '120s'] });
    expect(await sipp.exit, sipp.child.output.slice(-1_000)).toBe(0);
    await until('all are over', () => phone.incoming.filter(({ end }) => end?.reason === 'hung_up_by_them').length === 5);
    await using stranger = await startSipp({ protocol, scenario: 'uac', target: phone.port, args: ['-s', 'anna', '-m', '1', '-timeout', '5s'] });
    expect(await stranger.exit).toBe(1);
    expect(phone.incoming).toHaveLength(5);
  });

  it('answers us and echoes what we say', async () => {
    await using sipp = await startSipp({ protocol, scenario: 'uas', args: ['-rtp_echo'] });
    await sipp.listens();
    await using phone = await Telephone.start({ media });
    const account = await phone.account({ protocol, domain: `127.0.0.1:${sipp.port}` });
    const out = phone.ring(account, 'service');
    await until(`answered: ${sipp.child.output.slice(-500)}`, () => out.call.state === 'answered');
    await out.say(440, 1_000);
    await until('the echo came', () => shareOfTone(out.heard, 440) > 0.8);
    out.call.hangUp();
    expect(out.end!.reason).toBe('hung_up_by_us');
  });

  it('is heard before it answers', async () => {
    await using sipp = await startSipp({ protocol, scenario: 'early', args: ['-rtp_echo'] });
    await sipp.listens();
    await using phone = await Telephone.start({ media });
    const account = await phone.account({ protocol, domain: `127.0.0.1:${sipp.port}` });
    const out = phone.ring(account, 'service');
    await until('early media', () => out.call.earlyMediaFlows);
    await out.say(520, 800);
    await until('it was heard', () => shareOfTone(out.heard, 520) > 0.8);
    expect(out.call.state).toBe('ringing');
    await until('answered', () => out.call.state === 'answered');
    expect(out.story).toEqual(['ringing', 'early media', 'answered']);
    out.call.hangUp();
  });
});

it('sipp rings over a wire that loses five in a hundred, and every call is had in full', async () => {
  const random = { message: seededRandom(11), media: seededRandom(12) };
  await using phone = await Telephone.start({ media });
  const port = await freeSipPort();
  await using wire = await LossyWire.between({ left: phone.port, right: port, lose: (kind) => random[kind]() < 0.05 });
  await phone.account({ domain: `127.0.0.1:${wire.rightSeenFromLeft}` });
  await using sipp = await startSipp({ protocol: 'udp', scenario: 'careful', target: wire.leftSeenFromRight, port, args: ['-s', 'anna', '-m', '20', '-r', '10', '-timeout', '120s'] });
  expect(await sipp.exit, sipp.child.output.slice(-1_000)).toBe(0);
  await until('all are over', () => phone.incoming.filter(({ end }) => end !== undefined).length === 20, 40_000);
  const ladder = (callId: string) => phone.trace.filter(({ text }) => text.includes(`Call-ID: ${callId}\r\n`)).map(({ direction, text }) => `${direction} ${text.split('\r\n')[0]} ${/^CSeq.*$/m.exec(text)?.[0]}`);
  expect(wire.broken).toEqual([]);
  for (const { call, end } of phone.incoming) expect(end!.reason, ladder(call.facts.sipCallId).join('\n')).toBe('hung_up_by_them');
  expect(wire.lostMessages).toBeGreaterThan(2);
});
