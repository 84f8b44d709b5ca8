import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createResampler } from '@/realtime/audio/resampler';
import { createRealtimeMetrics } from '@/realtime/metrics/realtime-metrics';
import { systemSessionClock } from '@/realtime/session-clock';
import { Connection } from '@/realtime/session/connection';
import { DEFAULT_SESSION_OPTIONS } from '@/realtime/session/session-options';
import { SessionRegistry } from '@/realtime/session/session-registry';
import type { MediaNode } from '@/realtime/transport/rtp/media-node';
import type { SipCall } from '@/realtime/transport/sip/sip-call';
import { SipTransport } from '@/realtime/transport/sip/sip-transport';
import { AppError } from '@/server/platform/errors';
import { newId } from '@/server/platform/ids';
import { FakeBrain } from '@test/support/fakes/fake-brain';
import { FakeStt } from '@test/support/fakes/fake-stt';
import { FakeTts } from '@test/support/fakes/fake-tts';
import { fakeVad } from '@test/support/fakes/fake-vad';
import { testAgent, WORKSPACE } from '@test/support/fakes/live-session';
import { MemoryStore } from '@test/support/fakes/memory-store';
import { quietLogger, startMedia } from '@test/support/telephone/media-ear';
import { Telephone, type WatchedCall } from '@test/support/telephone/telephone';
import { trimSilence } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';

const STORY = 'Once upon a time there was a very long story that never came to any end at all, and it went on and on and on for ever and ever.';

let media: MediaNode;
beforeAll(async () => { media = await startMedia(); });
afterAll(async () => { await media.close(); });

/** A telephone whose calls are sessions, and one to ring it with. */
async function agentOnThePhone(options: { agent?: 'missing'; maxSessions?: number } = {}) {
  const [office, home] = await Promise.all([Telephone.start({ media }), Telephone.start({ media })]);
  const stt = new FakeStt();
  const tts = new FakeTts({ msPerCharacter: 50 }); // longer than what a busy machine loses of it
  const brain = new FakeBrain();
  const store = new MemoryStore();
  const registry = new SessionRegistry({ maxSessions: options.maxSessions ?? 5 });
  const talk = (call: SipCall) => {
    const transport = new SipTransport(call, { start: { greeting: true } });
    transport.listen(new Connection({
      transport, registry, nodeId: newId(), defaultSampleRate: 8_000,
      principal: { kind: 'trunk', id: newId(), workspaceId: WORKSPACE, role: 'operator', scopes: ['*'], label: 'trunk' },
      agents: { find: async () => { if (options.agent === 'missing') throw new AppError('not_found', 'Agent not found'); return testAgent; } },
      node: {
        stt, tts, brain, store, vad: fakeVad, createResampler, clock: systemSessionClock, logger: quietLogger,
        metrics: createRealtimeMetrics(new Registry()),
        options: { ...DEFAULT_SESSION_OPTIONS, keyGapMs: 120_000 }, // # ends what is keyed in: no pause must, however slow the machine
      },
    }));
  };
  const accountOffice = await office.account({ user: 'office', domain: `127.0.0.1:${home.port}` }, { onCall: (call) => { void call.ring(); talk(call); } });
  const accountHome = await home.account({ user: '4930123', domain: `127.0.0.1:${office.port}` });
  return {
    office, home, accountOffice, accountHome, stt, tts, brain, store, registry, talk,
    [Symbol.asyncDispose]: async () => { await Promise.all([office, home].map((each) => each[Symbol.asyncDispose]())); },
  };
}

const isLoud = (frame: Int16Array) => frame.some((sample) => Math.abs(sample) > 500);

/** Until what is said to somebody has been heard, and half a second of silence after it. */
async function heardOut(what: string, caller: WatchedCall, from = 0): Promise<void> {
  await until(`${what} was heard`, () => caller.frames.slice(from).some(isLoud));
  await until(`${what} is over`, () => !caller.frames.slice(-25).some(isLoud));
}

describe('a telephone call', () => {
  it('is a voice session: greeted, understood, answered aloud, and stored as one of the channel phone', async () => {
    await using scene = await agentOnThePhone();
    const { home, accountHome, stt, brain, store, registry } = scene;
    stt.answers = ['What time is it'];
    brain.script = () => ['It is noon.'];
    const caller = home.ring(accountHome, 'office');
    await heardOut('the greeting', caller);
    expect(trimSilence(caller.heard).length).toBeGreaterThan(500);
    const greeted = caller.frames.length;
    await caller.say(300, 800);
    await until('the question arrived', () => brain.turns.length > 0);
    expect(brain.turns[0]!.text).toBe('What time is it');
    await heardOut('the answer', caller, greeted);
    expect(registry.snapshots()[0]).toMatchObject({ channel: 'phone', userLabel: '4930123' });
    caller.call.hangUp();
    await until('the session ended', () => registry.size === 0);
    expect([...store.conversations.values()]).toMatchObject([{ channel: 'phone', userLabel: '4930123' }]);
    await until('its end is stored', () => [...store.conversations.values()][0]!.endReason === 'client_closed');
  });

  it('is interrupted by whoever speaks: what was queued is silenced', async () => {
    await using scene = await agentOnThePhone();
    const { home, accountHome, stt, brain, store } = scene;
    stt.answers = ['Tell me a story'];
    brain.script = ({ text }) => [text === 'Tell me a story' ? STORY : 'As you wish.'];
    const caller = home.ring(accountHome, 'office');
    await heardOut('the greeting', caller);
    const greeted = caller.frames.length;
    await caller.say(300, 700);
    await until('a second of the story was heard', () => brain.turns.length > 0 && caller.frames.slice(greeted).filter(isLoud).length > 50);
    stt.answers = ['Stop that now please'];
    await caller.say(300, 1_200);
    await until('the interruption was understood', () => brain.turns.at(-1)?.text === 'Stop that now please');
    await until('it was answered', () => store.transcript.at(-1) === 'assistant: As you wish.');
    expect(store.transcript.find((line) => line.startsWith('assistant (interrupted): '))).toMatch(/^assistant \(interrupted\): Once upon/);
    expect(store.transcript).not.toContain(`assistant: ${STORY}`);
  });

  it('takes keys as input', async () => {
    await using scene = await agentOnThePhone();
    const caller = scene.home.ring(scene.accountHome, 'office');
    await until('answered', () => caller.call.state === 'answered');
    await pause(300);
    caller.call.sendDigits('42#');
    await until('the keys were a turn', () => scene.brain.turns.length > 0);
    expect(scene.brain.turns[0]).toMatchObject({ text: '42', userMetadata: { digits: '42' } });
  });

  it('is not answered when no agent can take it', async () => {
    await using scene = await agentOnThePhone({ agent: 'missing' });
    const caller = scene.home.ring(scene.accountHome, 'office');
    await until('refused', () => caller.end !== undefined);
    expect(caller.story).not.toContain('answered');
    expect(caller.end!.status).toBe(480);
  });

  it('is not answered when there are as many sessions as the node takes', async () => {
    await using scene = await agentOnThePhone({ maxSessions: 0 });
    const caller = scene.home.ring(scene.accountHome, 'office');
    await until('refused', () => caller.end !== undefined);
    expect(caller.end!.status).toBe(480);
  });

  it('that we place becomes a session when it is answered', async () => {
    await using scene = await agentOnThePhone();
    const call = scene.accountOffice.call({ to: '4930123' });
    scene.talk(call);
    void call.invite({ ringTimeoutMs: 60_000 });
    await until('the greeting was heard', () => trimSilence(scene.home.incoming[0]?.heard ?? new Int16Array(0)).length > 500);
    expect(scene.registry.snapshots()[0]).toMatchObject({ channel: 'phone', userLabel: '4930123' });
    await scene.registry.drain(0);
    await until('the call was hung up', () => scene.home.incoming[0]!.end?.reason === 'hung_up_by_them');
  });
});
