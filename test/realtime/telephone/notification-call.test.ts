import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { createResampler } from '@/realtime/audio/resampler';
import { createRealtimeMetrics } from '@/realtime/metrics/realtime-metrics';
import { createSttProvider, createTtsProvider } from '@/realtime/providers/openai-compatible';
import { loadSileroVad } from '@/realtime/providers/silero';
import { systemSessionClock } from '@/realtime/session-clock';
import { Connection } from '@/realtime/session/connection';
import { DEFAULT_SESSION_OPTIONS } from '@/realtime/session/session-options';
import { SessionRegistry } from '@/realtime/session/session-registry';
import { runNotification, type NotificationResult } from '@/realtime/telephone/notification';
import { SipTransport } from '@/realtime/transport/sip/sip-transport';
import { newId } from '@/server/platform/ids';
import { FakeBrain } from '@test/support/fakes/fake-brain';
import { testAgent, testPrincipal } from '@test/support/fakes/live-session';
import { MemoryStore } from '@test/support/fakes/memory-store';
import { humanPrompts } from '@test/support/speech/human-prompts';
import { startLocalSpeech } from '@test/support/speech/local-speech';
import { wordErrors } from '@test/support/speech/word-error-rate';
import { quietLogger, startMedia } from '@test/support/telephone/media-ear';
import { Telephone } from '@test/support/telephone/telephone';
import { atPace } from '@test/support/telephone/speak';
import { join as joined } from '@test/support/telephone/tones';
import { until } from '@test/support/telephone/until';

const MESSAGE = 'There is a new message for you in the office.';
const PROMPT = 'Say which folder it should go to.';
/** "Which folder should I save the message to", as a person said it. */
const ANSWER = 'vm-savefolder';
/** Ahead of real time, so that a busy machine leaves no gaps in the words. */
const AHEAD_MS = 1_000;
/** Two models work between the words. */
const LIMIT_MS = 120_000;

it('a message is told over the telephone, and what a person answers with their own voice is the choice', async () => {
  await using media = await startMedia();
  await using speech = await startLocalSpeech();
  await using office = await Telephone.start({ media });
  await using home = await Telephone.start({ media });
  const stt = createSttProvider({ baseUrl: speech.url, model: 'moonshine-tiny', timeoutMs: LIMIT_MS });
  const tts = createTtsProvider({ baseUrl: speech.url, model: 'flite', voice: 'slt', timeoutMs: LIMIT_MS });
  const store = new MemoryStore();
  const registry = new SessionRegistry({ maxSessions: 1 });
  const results: NotificationResult[] = [];
  const account = await office.account({ user: 'office', domain: `127.0.0.1:${home.port}` });
  await home.account({ user: '4930123', domain: `127.0.0.1:${office.port}` });
  const call = account.call({ to: '4930123' });
  const transport = new SipTransport(call, { start: {} });
  const choice = { prompt: PROMPT, timeoutSeconds: 30, repeatCount: 2, options: [{ value: 'refused', synonyms: ['no', 'none'] }, { value: 'filed', synonyms: ['folder', 'save the message'] }] };
  transport.listen(new Connection({
    transport, registry, principal: testPrincipal, nodeId: newId(), defaultSampleRate: 8_000, agents: { find: async () => testAgent },
    node: { stt, tts, store, brain: new FakeBrain(), vad: await loadSileroVad(), createResampler, clock: systemSessionClock, logger: quietLogger, metrics: createRealtimeMetrics(new Registry()), options: DEFAULT_SESSION_OPTIONS },
    script: async (voice, signal) => {
      results.push(await runNotification(voice, { message: MESSAGE, choice }, signal));
      await voice.end('completed');
    },
  }));
  void call.invite({ ringTimeoutMs: 60_000 });

  await until('the question was asked', () => store.messages.some(({ content, metadata }) => content === PROMPT && metadata?.trace?.playedMs !== undefined), LIMIT_MS);
  const callee = home.incoming[0]!;
  await until('it was heard to its end', () => !callee.frames.slice(-40).some((frame) => frame.some((sample) => Math.abs(sample) > 200)));
  const answer = humanPrompts().find(({ name }) => name === ANSWER)!;
  const samples = answer.load(8000);
  callee.call.sendAudio(samples.subarray(0, AHEAD_MS * 8));
  await atPace((fromMs, ms) => callee.call.sendAudio(samples.subarray((AHEAD_MS + fromMs) * 8, (AHEAD_MS + fromMs + ms) * 8)), (at) => (AHEAD_MS + at) * 8 < samples.length);

  await until('the call was hung up', () => callee.end !== undefined, LIMIT_MS);
  expect(results).toMatchObject([{ messagePlayed: true, choiceResponse: 'filed' }]);
  expect(wordErrors(answer.text, results[0]!.choiceRawText!).errors).toBeLessThanOrEqual(2);
  await until('its end is stored', () => [...store.conversations.values()][0]!.endReason === 'completed');
  // Without the silence in which the other side spoke: the model is made for one utterance.
  const { text } = await stt.transcribe(joined(callee.frames.filter((frame) => frame.some((sample) => Math.abs(sample) > 20))), { sampleRate: 8_000, signal: AbortSignal.timeout(LIMIT_MS) });
  const { errors, words } = wordErrors(`${MESSAGE} ${PROMPT} Thanks.`, text);
  expect(errors / words, `recognised: "${text}"`).toBeLessThanOrEqual(0.3);
});
