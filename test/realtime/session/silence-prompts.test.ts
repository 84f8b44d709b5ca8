import { describe, expect, it } from 'vitest';
import type { SessionVoice } from '@/realtime/session/session-script';
import { LiveSession, testAgent } from '@test/support/fakes/live-session';

const QUESTION = 'Are you still there?'; // a second of the fake voice
const isQuestion = (text: string) => text === QUESTION;

/** A caller who has been greeted and has nothing to say. */
async function caller(options: ConstructorParameters<typeof LiveSession>[0] & { silencePromptMs?: number } = {}) {
  const { silencePromptMs, ...rest } = options;
  const live = new LiveSession({ channel: 'phone', ...rest });
  live.agent = { ...testAgent, greeting: 'Hello', turnSettings: silencePromptMs === undefined ? {} : { silencePromptMs } };
  const client = await live.vad({ greeting: true });
  await live.clock.advance(300); // the greeting has been heard
  return { live, client, questions: () => live.tts.spoken.filter(isQuestion).length };
}

describe('silence on the telephone', () => {
  it('is asked about twice, then answered with a goodbye, and the call ends as silent', async () => {
    const { live, client, questions } = await caller();
    await live.clock.advance(9_900);
    expect(questions()).toBe(0);
    await live.clock.advance(100);
    expect(questions()).toBe(1);
    await live.clock.advance(1_000 + 9_900);
    expect(questions()).toBe(1);
    await live.clock.advance(200);
    expect(questions()).toBe(2);
    await live.clock.advance(1_000 + 10_000);
    expect(live.tts.spoken.at(-1)).toMatch(/goodbye/i);
    expect(client.closed).toBeUndefined();
    await live.clock.advance(3_000);
    expect(client.closed).toMatchObject({ code: 1000 });
    expect([...live.store.conversations.values()][0]!.endReason).toBe('silent');
    expect(live.store.transcript.filter((line) => line === `assistant: ${QUESTION}`)).toHaveLength(2);
    expect(live.clock.pending).toBe(0);
  });

  it('counts from when the agent has finished, and anew once somebody has said something', async () => {
    const { live, client, questions } = await caller();
    await live.clock.advance(11_500);
    expect(questions()).toBe(1);
    live.brain.script = () => ['x'.repeat(400)]; // twenty seconds
    client.say({ type: 'input_text', text: 'Tell me something long' });
    await live.clock.advance(20_000 + 9_500);
    expect(questions()).toBe(1);
    await live.clock.advance(1_000);
    expect(questions()).toBe(2);
    await live.clock.advance(11_500);
    expect(questions()).toBe(3); // the second of this silence
    expect(client.closed).toBeUndefined();
  });

  it('is broken by speech that goes on, and by noise only for as long as it lasts', async () => {
    const { live, client, questions } = await caller();
    live.stt.answers = [''];
    await live.clock.advance(9_000);
    await live.play(client, 'speech', 3_200);
    expect(questions()).toBe(0);
    await live.play(client, 'silence', 640);
    await live.clock.advance(9_500);
    expect(questions()).toBe(0);
    await live.clock.advance(1_000);
    expect(questions()).toBe(1);
  });

  it('is over when somebody says yes to the question, even while it is asked', async () => {
    const { live, client, questions } = await caller();
    live.stt.answers = ['Yes.'];
    await live.clock.advance(10_000 + 1_000 + 10_100);
    expect(questions()).toBe(2);
    await live.play(client, 'speech', 192);
    await live.play(client, 'silence', 640);
    await live.clock.advance(1_000 + 10_000);
    expect(questions()).toBe(3);
    expect(client.closed).toBeUndefined();
  });

  it('is not over for whoever interrupts the goodbye', async () => {
    const { live, client } = await caller();
    await live.clock.advance(33_000);
    expect(live.tts.spoken.at(-1)).toMatch(/goodbye/i);
    live.stt.answers = ['Wait, I am here after all'];
    live.brain.script = () => ['Good.'];
    await live.play(client, 'speech', 800);
    await live.play(client, 'silence', 640);
    await live.clock.advance(5_000);
    expect(client.closed).toBeUndefined();
    expect(live.store.transcript.at(-1)).toBe('assistant: Good.');
  });

  it('is broken by a key', async () => {
    const { live, client, questions } = await caller();
    live.brain.script = () => ['Ok.'];
    await live.clock.advance(9_000);
    client.say({ type: 'input_dtmf', digit: '1' });
    await live.clock.advance(9_000);
    expect(questions()).toBe(0);
  });

  it('is not asked about while the call is on hold', async () => {
    const { live, client, questions } = await caller();
    client.hold(true);
    await live.clock.advance(600_000);
    expect(questions()).toBe(0);
    client.hold(false);
    await live.clock.advance(10_100);
    expect(questions()).toBe(1);
  });

  it('is for whoever takes the turns to judge', async () => {
    let voice: SessionVoice | undefined;
    const { live, questions } = await caller({ script: async (theVoice) => { voice = theVoice; } });
    const giveBack = voice!.takeTurns(() => {});
    await live.clock.advance(60_000);
    expect(questions()).toBe(0);
    giveBack();
    await live.clock.advance(10_100);
    expect(questions()).toBe(1);
  });

  it.each([[0, 600_000, 0], [30_000, 29_000, 0], [30_000, 30_500, 1], [1, 1_500, 0], [1, 2_500, 1]])('with a setting of %s ms after %s ms: asked %s times', async (silencePromptMs, ms, times) => {
    const { live, questions } = await caller({ silencePromptMs });
    await live.clock.advance(ms);
    expect(questions()).toBe(times);
  });

  it('leaves no timer behind when the caller hangs up', async () => {
    const { live, client } = await caller();
    client.hangUp();
    await live.clock.advance(1_000);
    expect(live.clock.pending).toBe(0);
  });
});

describe('silence elsewhere', () => {
  it.each([['device', undefined, 0], ['browser', undefined, 0], ['device', 5_000, 1]] as const)('on the channel %s with a setting of %s is asked about %s times', async (channel, silencePromptMs, times) => {
    const { live, questions } = await caller({ channel, ...(silencePromptMs === undefined ? {} : { silencePromptMs }) });
    await live.clock.advance(5_600);
    expect(questions()).toBe(times);
    if (times === 0) await live.clock.advance(600_000);
    expect(questions()).toBe(times);
  });

  it('is never asked about where somebody types or presses a button to talk', async () => {
    const live = new LiveSession();
    live.agent = { ...testAgent, turnSettings: { silencePromptMs: 5_000 } };
    await live.start();
    await live.start({ modalities: ['text'], turn_detection: { type: 'server_vad' } });
    await live.clock.advance(60_000);
    expect(live.tts.spoken).toEqual([]);
  });
});
