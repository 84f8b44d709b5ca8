import { expect, it } from 'vitest';
import { Secret } from '@/server/platform/secret';
import { seededRandom } from '@test/support/power-loss/random';
import { Baresip } from '@test/support/telephone/baresip';
import { PASSWORD, PBX, startKamailio } from '@test/support/telephone/kamailio';
import { LossyWire } from '@test/support/telephone/lossy-wire';
import { Telephone } from '@test/support/telephone/telephone';
import { shareOfTone, tone } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';

const SHARE = 0.05;
const CALLS = 3;

it('at a PBX behind a wire that loses five in a hundred of everything, calls of both directions are had in full', async () => {
  const random = { message: seededRandom(7), media: seededRandom(8) };
  await using pbx = await startKamailio();
  await using phone = await Telephone.start();
  await using wire = await LossyWire.between({ left: phone.port, right: pbx.port, lose: (kind) => random[kind]() < SHARE });
  const account = await phone.account({ user: 'parley', domain: PBX, proxy: `127.0.0.1:${wire.rightSeenFromLeft}`, registers: true, password: new Secret(PASSWORD), allowedAddresses: [] });
  await until('registered', () => account.state === 'registered');
  await using bob = await Baresip.start({ user: 'bob', proxyPort: pbx.port, protocol: 'udp', says: tone(700, 60_000), answers: 'auto' });

  for (let index = 0; index < CALLS; index++) {
    const out = phone.ring(account, 'bob');
    await until('answered', () => out.call.state === 'answered');
    await out.say(440, 2_000);
    out.call.sendDigits('15');
    await until('our keys came', () => bob.digits.endsWith('15'));
    out.call.hangUp();
    await until('they noticed', () => bob.events.filter(({ type }) => type === 'CALL_CLOSED').length === index * 2 + 1);
    expect(shareOfTone(out.heard, 700)).toBeGreaterThan(0.75);
    await until('they heard us', () => shareOfTone(bob.heard, 440) > 0.75);

    bob.command('dial', `sip:parley@${PBX}`);
    await until('it rings', () => phone.incoming.length === index + 1);
    const incoming = phone.incoming[index]!;
    await until('answered', () => incoming.call.state === 'answered' && bob.events.filter(({ type }) => type === 'CALL_ESTABLISHED').length === index * 2 + 2);
    await incoming.say(440, 2_000);
    for (const keys of ['8', '8#']) {
      bob.command('sndcode', keys.at(-1));
      await until('their key came', () => incoming.digits.join('') === keys);
      await pause(300); // it has been let go
    }
    bob.command('hangup');
    await until('over', () => incoming.end !== undefined);
    expect(incoming.end!.reason).toBe('hung_up_by_them');
    expect(shareOfTone(incoming.heard, 700)).toBeGreaterThan(0.75);
    await until('they heard us', () => shareOfTone(bob.heard, 440) > 0.75);
    await until('they noticed', () => bob.events.filter(({ type }) => type === 'CALL_CLOSED').length === index * 2 + 2);
  }
  expect(wire.broken).toEqual([]);
  expect(wire.lostMessages).toBeGreaterThan(0);
  expect(await wire.lostPackets()).toBeGreaterThan(50);
  expect(account.retransmissions).toBeGreaterThan(0);
});
