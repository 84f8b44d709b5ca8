import { describe, expect, it } from 'vitest';
import { DEFAULT_SESSION_OPTIONS } from '@/realtime/session/session-options';
import { TURN_FIELDS } from '@/server/agents/providers/turn-taking';
import type { Vad } from '@/realtime/providers/vad';
import { AppError } from '@/server/platform/errors';
import { LiveSession, testAgent, tone } from '@test/support/fakes/live-session';
import { settle } from '@test/support/fakes/manual-clock';

/** Speech that the VAD is sure of by so much. */
const vadSureBy = (probability: number): Vad => ({
  frameSamples: 512,
  stream: () => ({ push: async (frame) => (frame.some((sample) => Math.abs(sample) > 0.1) ? probability : 0.02), reset: () => {} }),
});

describe('an agent’s settings in a live session', () => {
  it('say which voice speaks and how fast', async () => {
    const live = new LiveSession();
    live.agent = { ...testAgent, voice: 'rms', speed: 1.25 };
    await live.start({ greeting: true });
    await live.finish();
    expect(live.tts.asked).toEqual([{ voice: 'rms', speed: 1.25 }]);
  });

  it('leave the voice and its pace to the installation when they say nothing', async () => {
    const live = new LiveSession();
    await live.start({ greeting: true });
    await live.finish();
    expect(live.tts.asked).toEqual([{ voice: undefined, speed: undefined }]);
  });

  it('tell STT which language is spoken', async () => {
    const live = new LiveSession();
    live.agent = { ...testAgent, language: 'de' };
    const client = await live.start();
    client.speak(tone(500));
    client.say({ type: 'input_audio_buffer.commit' });
    await live.finish();
    expect(live.stt.heard).toMatchObject([{ language: 'de' }]);
  });

  it('go to the model with every turn', async () => {
    const live = new LiveSession();
    live.agent = { ...testAgent, settings: { temperature: 0.2, maxOutputTokens: 40 } };
    const client = await live.start();
    client.say({ type: 'input_text', text: 'Hello' });
    await live.finish();
    expect(live.brain.turns[0]?.agent.settings).toEqual({ temperature: 0.2, maxOutputTokens: 40 });
  });

  it.each([[0.7, false], [0.5, true]])('with a speech threshold of %s hear doubtful speech: %s', async (speechThreshold, hears) => {
    const live = new LiveSession({ vad: vadSureBy(0.6) });
    live.agent = { ...testAgent, turnSettings: { speechThreshold } };
    const client = await live.vad();
    await live.play(client, 'speech', 400);
    expect(client.story.includes('input_audio_buffer.speech_started')).toBe(hears);
  });

  it.each([[300, true], [2_000, false]])('with an interruption of %s ms stop a reply for half a second of speech: %s', async (interruptionMs, stops) => {
    const live = new LiveSession();
    live.agent = { ...testAgent, turnSettings: { interruptionMs } };
    live.stt.gate = new Promise(() => {}); // words never decide here, only how long it lasts
    const client = await live.vad({ greeting: true });
    await live.clock.advance(100);
    await live.play(client, 'speech', 608);
    expect(client.story.includes('response.cancelled')).toBe(stops);
  });

  it('are what the form says they are by default', () => {
    const { endpointMs, bargeInMs, vadOn, speculateMs, silencePromptMs } = DEFAULT_SESSION_OPTIONS;
    expect(TURN_FIELDS).toMatchObject({ endpoint_delay_ms: { default: endpointMs }, interruption_ms: { default: bargeInMs }, speech_threshold: { default: vadOn }, interruptible: { default: true }, silence_prompt_ms: { default: silencePromptMs, min: 0 } });
    expect(TURN_FIELDS.endpoint_delay_ms.min).toBeGreaterThanOrEqual(speculateMs); // below it the session would not heed it
  });
});

describe('an agent that cannot be talked with', () => {
  it.each([
    ['is switched off', new AppError('conflict', 'The agent "A" is switched off')],
    ['is not for this caller', new AppError('forbidden', 'The agent "A" is not for these credentials')],
    ['hears through what is not here', new AppError('unavailable', 'The agent "A" hears through Deepgram, which is not available here: set STENTOR_STT_URL', { retryable: false })],
  ])('because it %s says why, and the connection stays for another try', async (_why, refusal) => {
    let refusing = true;
    const live = new LiveSession({ agents: { find: () => (refusing ? Promise.reject(refusal) : Promise.resolve(testAgent)) } });
    const client = live.connect();
    client.say({ type: 'session.start' });
    await settle();
    expect(client.of('error')).toEqual([{ type: 'error', code: 'agent_error', message: refusal.message }]);
    expect(client.closed).toBeUndefined();
    expect(live.store.messages).toEqual([]);
    refusing = false;
    client.say({ type: 'session.start' });
    await settle();
    expect(client.story).toContain('session.created');
  });

  it('because it is deaf takes typed words, and says once why spoken ones are lost', async () => {
    const live = new LiveSession();
    live.agent = { ...testAgent, deafness: 'The agent hears through Deepgram: set STENTOR_STT_URL' };
    const client = await live.start({ modalities: ['text'] });
    for (let i = 0; i < 5; i++) client.speak(tone(20));
    expect(client.of('error')).toEqual([{ type: 'error', code: 'stt_error', message: 'The agent hears through Deepgram: set STENTOR_STT_URL' }]);
    expect(live.stt.heard).toEqual([]);
    client.say({ type: 'input_text', text: 'Hello' });
    await live.finish();
    expect(live.brain.turns).toHaveLength(1);
  });
});
