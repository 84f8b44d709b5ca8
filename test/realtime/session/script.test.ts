import { describe, expect, it } from 'vitest';
import type { SayOutcome, SessionVoice, UserTurn } from '@/realtime/session/session-script';
import { AppError } from '@/server/platform/errors';
import { LiveSession, testAgent } from '@test/support/fakes/live-session';
import { settle } from '@test/support/fakes/manual-clock';

const LONG = 'One two three four five. Six seven eight nine ten. Eleven twelve thirteen fourteen fifteen.';

/** A session whose voice is in the test's hands. */
async function scripted(options: ConstructorParameters<typeof LiveSession>[0] = {}) {
  let voice: SessionVoice | undefined;
  let signal: AbortSignal | undefined;
  const live = new LiveSession({ script: async (theVoice, theSignal) => { voice = theVoice; signal = theSignal; }, ...options });
  const client = await live.vad();
  const outcomes: SayOutcome[] = [];
  const say: SessionVoice['say'] = async (...words) => {
    const outcome = await voice!.say(...words);
    outcomes.push(outcome);
    return outcome;
  };
  return { live, client, voice: voice!, signal: signal!, say, outcomes };
}

describe('something said through a session', () => {
  it('is spoken as a stored turn of the assistant, and told when it was heard', async () => {
    const { live, client, say, outcomes } = await scripted();
    void say('Your taxi is here.'); // 18 characters of 50 ms
    await live.clock.advance(800);
    expect(outcomes).toEqual([]);
    await live.clock.advance(200);
    expect(outcomes).toEqual(['played']);
    expect(live.tts.spoken).toEqual(['Your taxi is here.']);
    expect(live.store.transcript).toEqual(['assistant: Your taxi is here.']);
    expect(live.brain.turns).toEqual([]);
    expect(client.story.at(-1)).toBe('turn.trace');
  });

  it('is said over a running reply, which is stored first and cut to what was heard', async () => {
    const { live, client, say, outcomes } = await scripted();
    live.brain.script = () => [LONG];
    client.say({ type: 'input_text', text: 'Count please' });
    await live.clock.advance(1_500);
    void say('Attention: severe weather warning.');
    expect(client.story.slice(-3)).toEqual(['output_audio.clear', 'response.cancelled', 'listening']);
    await live.finish();
    expect(outcomes).toEqual(['played']);
    const [question, cut, warning] = live.store.messages;
    expect([question!.content, warning!.content]).toEqual(['Count please', 'Attention: severe weather warning.']);
    expect(cut!.status).toBe('interrupted');
    expect(LONG.startsWith(cut!.content) && cut!.content.length > 10 && cut!.content.length < 40).toBe(true);
  });

  it('is said over something else that is being said, which learns that it was interrupted', async () => {
    const { live, say, outcomes } = await scripted();
    void say(LONG);
    await live.clock.advance(1_000);
    void say('Stop.');
    await live.finish();
    expect(outcomes).toEqual(['interrupted', 'played']);
    expect(live.store.transcript).toEqual(['assistant (interrupted): One two three four', 'assistant: Stop.']);
  });

  it('is interrupted by a key at once', async () => {
    const { live, client, say, outcomes } = await scripted();
    void say(LONG);
    await live.clock.advance(1_000);
    client.say({ type: 'input_dtmf', digit: '5' });
    expect(client.story.slice(-3)).toEqual(['output_audio.clear', 'response.cancelled', 'listening']);
    await settle();
    expect(outcomes).toEqual(['interrupted']);
  });

  it('is interrupted by speech, unless it must be heard', async () => {
    const { live, client, say, outcomes } = await scripted();
    live.stt.answers = ['Please stop that now'];
    void say(LONG);
    await live.clock.advance(500);
    await live.play(client, 'speech', 800);
    expect(outcomes).toEqual(['interrupted']);
    await live.play(client, 'silence', 640);
    await live.finish();
    client.forget();
    void say(LONG, { interruptible: false });
    await live.clock.advance(500);
    await live.play(client, 'speech', 800);
    expect(client.story).not.toContain('input_audio_buffer.speech_started');
    await live.finish();
    expect(outcomes).toEqual(['interrupted', 'played']);
  });

  it('failed when it could not be synthesised', async () => {
    const { live, say, outcomes } = await scripted();
    live.tts.failure = new AppError('upstream_unavailable', 'TTS is down');
    void say('Hello');
    await live.finish();
    expect(outcomes).toEqual(['failed']);
  });

  it('is interrupted by the end of the session, and fails after it', async () => {
    const { live, client, say, signal, outcomes } = await scripted();
    void say(LONG);
    await live.clock.advance(500);
    client.hangUp();
    await live.finish();
    expect(signal.aborted).toBe(true);
    await say('Too late');
    expect(outcomes).toEqual(['interrupted', 'failed']);
    expect(live.tts.spoken).not.toContain('Too late');
    expect(live.clock.pending).toBe(0);
  });
});

describe('turns that were taken', () => {
  it('go to the taker and not to the brain, and into the transcript all the same', async () => {
    const { live, client, voice } = await scripted();
    const turns: UserTurn[] = [];
    const giveBack = voice.takeTurns((turn) => turns.push(turn));
    live.stt.answers = ['Yes, that works.'];
    await live.play(client, 'speech', 400);
    await live.play(client, 'silence', 640);
    client.say({ type: 'input_text', text: 'typed' });
    await live.finish();
    expect(turns).toEqual([{ text: 'Yes, that works.' }, { text: 'typed' }]);
    expect(live.store.transcript).toEqual(['user: Yes, that works.', 'user: typed']);
    expect(live.brain.turns).toEqual([]);
    expect(client.story.slice(-2)).toEqual(['transcript.done', 'listening']);
    giveBack();
    client.say({ type: 'input_text', text: 'for the brain' });
    await live.finish();
    expect(live.brain.turns.map(({ text }) => text)).toEqual(['for the brain']);
    expect(turns).toHaveLength(2);
  });

  it('are gathered keys, or each key by itself and at once', async () => {
    const { live, client, voice } = await scripted();
    const turns: UserTurn[] = [];
    const press = (digits: string) => { for (const digit of digits) client.say({ type: 'input_dtmf', digit }); };
    voice.takeTurns((turn) => turns.push(turn));
    press('42#');
    await settle();
    expect(turns).toEqual([{ text: '42', digits: '42' }]);
    voice.takeTurns((turn) => turns.push(turn), { keys: 'each' });
    press('42');
    await settle();
    expect(turns.slice(1)).toEqual([{ text: '4', digits: '4' }, { text: '2', digits: '2' }]);
    expect(live.store.messages.map(({ content, metadata }) => [content, metadata])).toEqual([['42', { digits: '42' }], ['4', { digits: '4' }], ['2', { digits: '2' }]]);
  });

  it('may be answered from within, and the transcript keeps the order', async () => {
    const { live, client, voice } = await scripted();
    voice.takeTurns(({ text }) => { void voice.say(`You said ${text}.`); });
    client.say({ type: 'input_text', text: 'one' });
    await live.finish();
    client.say({ type: 'input_text', text: 'two' });
    await live.finish();
    expect(live.store.transcript).toEqual(['user: one', 'assistant: You said one.', 'user: two', 'assistant: You said two.']);
  });

  it('take "yes" over a question for an answer, and a cough for nothing', async () => {
    const { live, client, voice, say, outcomes } = await scripted();
    const turns: UserTurn[] = [];
    voice.takeTurns((turn) => turns.push(turn));
    void say(LONG);
    await live.clock.advance(500);
    live.stt.answers = [''];
    await live.play(client, 'speech', 256);
    await live.play(client, 'silence', 640);
    expect(outcomes).toEqual([]);
    live.stt.answers = ['Yes.'];
    await live.play(client, 'speech', 256);
    await live.play(client, 'silence', 640);
    expect(outcomes).toEqual(['interrupted']);
    expect(turns).toEqual([{ text: 'Yes.' }]);
  });

  it('survive a taker that throws', async () => {
    const { live, client, voice } = await scripted();
    voice.takeTurns(() => { throw new Error('broken'); });
    client.say({ type: 'input_text', text: 'one' });
    await live.finish();
    expect(live.store.transcript).toEqual(['user: one']);
    expect(client.closed).toBeUndefined();
  });
});

describe('a script', () => {
  it('waits until nobody speaks or is spoken to', async () => {
    const { live, client, voice } = await scripted();
    let quiet = false;
    await voice.quiet(1_000); // nothing goes on
    await live.play(client, 'speech', 400);
    void voice.quiet(60_000).then(() => { quiet = true; });
    await live.play(client, 'silence', 640);
    expect(quiet).toBe(false); // the answer is being said
    await live.finish();
    expect(quiet).toBe(true);
    expect(live.brain.turns).toHaveLength(1);
  });

  it('waits no longer than it wants to', async () => {
    const { live, client, voice } = await scripted();
    await live.play(client, 'speech', 400);
    let over = false;
    void voice.quiet(1_000).then(() => { over = true; });
    await live.play(client, 'speech', 960);
    expect(over).toBe(false);
    await live.play(client, 'speech', 64);
    expect(over).toBe(true);
  });

  it('ends the session with its reason when its last word has arrived', async () => {
    const { live, client, voice, signal } = await scripted();
    void voice.end('completed');
    await live.clock.advance(299);
    expect(client.closed).toBeUndefined();
    await live.clock.advance(1);
    expect(client.closed).toEqual({ code: 1000, reason: 'completed' });
    expect(signal.aborted).toBe(true);
    expect([...live.store.conversations.values()][0]!.endReason).toBe('completed');
  });

  it('that fails ends the session', async () => {
    const live = new LiveSession({ script: async () => { throw new Error('broken'); } });
    const client = await live.vad();
    await live.clock.advance(300);
    expect(client.closed).toEqual({ code: 1011, reason: 'failed' });
    expect([...live.store.conversations.values()][0]!.endReason).toBe('failed');
  });

  it('that waits is let go with the session', async () => {
    let done = false;
    const live = new LiveSession({ script: async (voice) => { await voice.wait(60_000); done = true; } });
    const client = await live.vad();
    client.hangUp();
    await settle();
    expect(done).toBe(true);
    expect(live.clock.pending).toBe(0);
  });

  it('runs once for a connection', async () => {
    let runs = 0;
    const live = new LiveSession({ script: async () => { runs += 1; } });
    const client = await live.vad();
    client.say({ type: 'session.start' });
    await settle();
    expect(client.story).toContain('session.created');
    expect(runs).toBe(1);
  });

  it('speaks after the greeting that it interrupts, in the transcript too', async () => {
    const live = new LiveSession({ script: async (voice) => { await voice.wait(200); await voice.say('News.'); } });
    live.agent = { ...testAgent, greeting: LONG };
    await live.vad({ greeting: true });
    await live.finish();
    expect(live.store.transcript).toEqual(['assistant (interrupted): One', 'assistant: News.']);
  });
});
