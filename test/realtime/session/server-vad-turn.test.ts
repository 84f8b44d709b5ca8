import { describe, expect, it } from 'vitest';
import { AppError } from '@/server/platform/errors';
import { LiveSession, testAgent } from '@test/support/fakes/live-session';

const LONG = 'One two three four five. Six seven eight nine ten. Eleven twelve thirteen fourteen fifteen. Sixteen seventeen eighteen.';

/** A session in which the agent is saying something long. */
async function whileSpeaking(live = new LiveSession()) {
  live.brain.script = () => [LONG];
  live.stt.answers = ['Count please'];
  const client = await live.vad();
  await live.play(client, 'speech', 500);
  await live.play(client, 'silence', 640);
  expect(client.story.at(-1)).toBe('response.audio.delta');
  await live.clock.advance(1_000);
  client.forget();
  return { live, client };
}

describe('a session that listens for turns itself', () => {
  it('notices speech, guesses at the first pause and ends the turn in silence', async () => {
    const live = new LiveSession();
    const client = await live.vad();
    await live.play(client, 'silence', 500);
    expect(client.story).toEqual([]);
    await live.play(client, 'speech', 600);
    expect(client.story).toEqual(['input_audio_buffer.speech_started']);
    await live.play(client, 'silence', 600);
    await live.finish();
    expect(client.story).toEqual([
      'input_audio_buffer.speech_started', 'transcript.delta', 'input_audio_buffer.speech_stopped',
      'transcribing', 'transcript.done', 'thinking', 'response.text.delta', 'response.text.done', 'speaking',
      'response.audio.delta', 'response.audio.done', 'response.done', 'listening', 'turn.trace',
    ]);
    expect(live.stt.heard.map(({ urgency }) => urgency)).toEqual(['speculative']);
    expect(live.store.messages[1]!.metadata!.trace!.endpointMs).toBe(480);
  });

  it('sends STT the speech with a little of what was before it, not the silence before that', async () => {
    const live = new LiveSession();
    const client = await live.vad();
    await live.play(client, 'silence', 5_000);
    await live.play(client, 'speech', 640);
    await live.play(client, 'silence', 500);
    const ms = live.stt.heard[0]!.samples / 16;
    expect(ms).toBeGreaterThanOrEqual(640 + 192);
    expect(ms).toBeLessThan(640 + 192 + 400);
  });

  it('throws the guess away when speech goes on', async () => {
    const live = new LiveSession();
    live.stt.answers = ['What', 'What time is it?'];
    const client = await live.vad();
    await live.play(client, 'speech', 400);
    await live.play(client, 'silence', 320);
    await live.play(client, 'speech', 400);
    await live.play(client, 'silence', 640);
    expect(client.of('transcript.done').map(({ text }) => text)).toEqual(['What time is it?']);
    expect(live.stt.heard).toHaveLength(2);
  });

  it('asks STT again when the guess failed', async () => {
    const live = new LiveSession();
    live.stt.answers = [new AppError('timeout', 'busy'), 'Hello'];
    const client = await live.vad();
    await live.play(client, 'speech', 400);
    await live.play(client, 'silence', 640);
    expect(client.of('transcript.done').map(({ text }) => text)).toEqual(['Hello']);
    expect(live.stt.heard.map(({ urgency }) => urgency)).toEqual(['speculative', 'final']);
  });

  it('ignores a click', async () => {
    const live = new LiveSession();
    const client = await live.vad();
    await live.play(client, 'speech', 32);
    await live.play(client, 'silence', 1_000);
    expect(client.story).toEqual([]);
  });

  it('honours the agent’s own endpoint delay', async () => {
    const live = new LiveSession();
    live.agent = { ...testAgent, turnSettings: { endpointDelayMs: 960 } };
    const client = await live.vad();
    await live.play(client, 'speech', 400);
    await live.play(client, 'silence', 900);
    expect(client.story).not.toContain('transcribing');
    await live.play(client, 'silence', 100);
    expect(client.story).toContain('transcribing');
  });
});

describe('an agent that fails while nobody looks at a screen', () => {
  it('is apologised for aloud, after the error, and the apology is not part of the conversation', async () => {
    const live = new LiveSession();
    const client = await live.vad();
    live.brain.script = () => [new AppError('upstream_unavailable', 'The provider is failing at the moment.')];
    await live.play(client, 'speech', 400);
    await live.play(client, 'silence', 640);
    await live.finish();
    const from = client.story.indexOf('error:agent_error');
    expect(client.story.slice(from, from + 2)).toEqual(['error:agent_error', 'listening']);
    expect(client.story.slice(-4)).toEqual(['response.audio.done', 'response.done', 'listening', 'turn.trace']);
    expect(live.tts.spoken.join(' ')).toMatch(/sorry/i);
    expect(live.store.transcript).toEqual(['user: What time is it?']);
  });
});

describe('an interruption', () => {
  it('pauses the reply as soon as somebody speaks and tells the client to flush', async () => {
    const { live, client } = await whileSpeaking();
    await live.play(client, 'speech', 128);
    expect(client.story.slice(-2)).toEqual(['input_audio_buffer.speech_started', 'output_audio.clear']);
    const sent = client.sent.length;
    await live.play(client, 'speech', 96);
    expect(client.sent).toHaveLength(sent);
  });

  it.each(['Mm-hmm.', 'Yeah, okay.', ''])('goes on within 400 ms after "%s", and nothing is lost', async (words) => {
    const { live, client } = await whileSpeaking();
    live.stt.answers = [words];
    await live.play(client, 'speech', 256);
    client.forget();
    await live.play(client, 'silence', 384);
    expect(client.story.at(-1)).toBe('response.audio.delta');
    await live.finish();
    expect(client.story.filter((word) => !word.endsWith('.delta'))).toEqual(['input_audio_buffer.speech_stopped', 'response.audio.done', 'response.done', 'listening', 'turn.trace']);
    expect(live.store.transcript).toEqual(['user: Count please', `assistant: ${LONG}`]);
  });

  it('that comes to nothing in the last moments has the end sent again, before response.audio.done', async () => {
    const live = new LiveSession();
    live.brain.script = () => ['x'.repeat(30)]; // a second and a half
    const client = await live.vad();
    await live.play(client, 'speech', 500);
    await live.play(client, 'silence', 640);
    await live.clock.advance(1_120); // all of it was sent, the last of it not yet heard
    live.stt.answers = ['Mm-hmm.'];
    await live.play(client, 'speech', 128);
    await live.play(client, 'silence', 384);
    await live.finish();
    const from = client.story.lastIndexOf('output_audio.clear');
    expect(client.story.slice(from)).toEqual(['output_audio.clear', 'input_audio_buffer.speech_stopped', 'response.audio.delta', 'response.audio.done', 'response.done', 'listening', 'turn.trace']);
    expect(client.story.filter((word) => word === 'response.audio.done')).toHaveLength(1);
  });

  it('ends the reply when words were said, cuts the stored reply to what was heard and answers the words', async () => {
    const { live, client } = await whileSpeaking();
    live.stt.answers = ['Stop, what time is it?'];
    live.brain.script = () => ['Noon.'];
    await live.play(client, 'speech', 320);
    await live.play(client, 'silence', 640);
    await live.finish();
    expect(client.story.filter((word) => !word.endsWith('.delta'))).toEqual([
      'input_audio_buffer.speech_started', 'output_audio.clear', 'response.cancelled', 'listening', 'turn.trace', 'input_audio_buffer.speech_stopped',
      'transcribing', 'transcript.done', 'thinking', 'response.text.done', 'speaking', 'response.audio.done', 'response.done', 'listening', 'turn.trace',
    ]);
    const [, cut, question, answer] = live.store.messages;
    expect(cut!.status).toBe('interrupted');
    expect(LONG.startsWith(cut!.content)).toBe(true);
    // 50 ms a character: what was heard is known to the word.
    const heardCharacters = cut!.metadata!.trace!.playedMs! / 50;
    expect(Math.abs(cut!.content.length - heardCharacters)).toBeLessThan(12);
    expect([question!.content, answer!.content]).toEqual(['Stop, what time is it?', 'Noon.']);
    expect(client.of('turn.trace').map(({ status }) => status)).toEqual(['interrupted', 'complete']);
    expect(live.store.usage.filter(({ leg }) => leg === 'stt').map(({ turnId }) => turnId)).toEqual([cut!.turnId, answer!.turnId]); // each pays for its own words
  });

  it('is answered when the reply ends by itself before its words are known', async () => {
    const live = new LiveSession();
    const client = await live.vad({ modalities: ['text'] });
    let endReply = () => {};
    let endTranscript = () => {};
    live.brain.script = () => ['One.', new Promise<void>((resolve) => { endReply = resolve; })];
    client.say({ type: 'input_text', text: 'Count please' });
    await live.clock.advance(100);
    live.stt.answers = ['And then?'];
    live.stt.gate = new Promise<void>((resolve) => { endTranscript = resolve; });
    await live.play(client, 'speech', 320);
    await live.play(client, 'silence', 640);
    live.brain.script = () => ['Two.'];
    endReply();
    await live.clock.advance(100);
    endTranscript();
    await live.finish();
    expect(live.store.transcript).toEqual(['user: Count please', 'assistant: One.', 'user: And then?', 'assistant: Two.']);
  });

  it('needs no words when somebody goes on speaking', async () => {
    const { live, client } = await whileSpeaking();
    await live.play(client, 'speech', 800);
    expect(client.story).toContain('response.cancelled');
    expect(live.stt.heard).toHaveLength(1); // the first turn's; this one was not asked about yet
  });

  it('cancels the model and the synthesis that were still working', async () => {
    const live = new LiveSession();
    live.brain.script = () => ['First sentence here. ', new Promise<void>(() => {}), 'never said'];
    const client = await live.vad();
    await live.play(client, 'speech', 400);
    await live.play(client, 'silence', 640);
    client.say({ type: 'response.cancel' });
    await live.clock.advance(100);
    expect(live.brain.turns[0]!.signal.aborted).toBe(true);
    expect(client.story.slice(-3)).toEqual(['response.cancelled', 'listening', 'turn.trace']);
    expect(live.store.messages.at(-1)!.status).toBe('interrupted');
    expect(live.tts.spoken).not.toContain('never said');
  });

  it('does not happen when the agent must not be interrupted', async () => {
    const live = new LiveSession();
    live.agent = { ...testAgent, turnSettings: { interruptible: false } };
    const { client } = await whileSpeaking(live);
    await live.play(client, 'speech', 1_000);
    expect(client.story).not.toContain('output_audio.clear');
    expect(client.story).not.toContain('input_audio_buffer.speech_started');
  });

  it('that a typed message cut short leaves no words for the next turn', async () => {
    const { live, client } = await whileSpeaking();
    let endTranscript = () => {};
    live.stt.gate = new Promise<void>((resolve) => { endTranscript = resolve; });
    live.stt.answers = ['Old words', 'New words'];
    await live.play(client, 'speech', 320);
    await live.play(client, 'silence', 640);
    client.say({ type: 'input_text', text: 'typed' });
    endTranscript();
    await live.finish();
    client.forget();
    await live.play(client, 'speech', 320);
    client.say({ type: 'input_audio_buffer.commit' }); // before any pause: nothing was guessed
    await live.finish();
    expect(client.of('transcript.done').map(({ text }) => text)).toEqual(['New words']);
  });

  it('by a typed message ends the reply and answers the message', async () => {
    const { live, client } = await whileSpeaking();
    live.brain.script = () => ['Typed.'];
    client.say({ type: 'input_text', text: 'something else' });
    await live.finish();
    expect(client.story.slice(0, 3)).toEqual(['output_audio.clear', 'response.cancelled', 'listening']);
    expect(live.store.transcript.at(-1)).toBe('assistant: Typed.');
  });
});

describe('a client that stops the sound', () => {
  it('gets the whole text and no more audio', async () => {
    const { live, client } = await whileSpeaking();
    client.say({ type: 'output_audio.clear' });
    const sent = client.sent.length;
    await live.finish();
    expect(client.sent).toHaveLength(sent);
    expect(client.story.slice(-4)).toEqual(['response.audio.done', 'response.done', 'listening', 'turn.trace']);
    expect(live.store.transcript.at(-1)).toBe(`assistant: ${LONG}`);
  });
});
