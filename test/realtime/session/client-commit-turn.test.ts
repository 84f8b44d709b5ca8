import { describe, expect, it } from 'vitest';
import { AppError } from '@/server/platform/errors';
import { LiveSession, testAgent, tone } from '@test/support/fakes/live-session';
import { settle } from '@test/support/fakes/manual-clock';

describe('a session whose client says when a turn is over', () => {
  it('is created and listens, and nothing is said unless a greeting was asked for', async () => {
    const live = new LiveSession();
    const client = live.connect();
    client.say({ type: 'session.start', client_id: 'esp32-kitchen' });
    await live.clock.advance(1_000);
    expect(client.story).toEqual(['session.created', 'listening']);
    const [created] = client.of('session.created');
    expect(created!.agent).toEqual({ id: testAgent.id, name: 'Assistant' });
    expect(live.store.conversations.get(created!.conversation_id)).toMatchObject({ userLabel: 'esp32-kitchen', channel: 'device' });
  });

  it('plays one turn in the documented order', async () => {
    const live = new LiveSession();
    const client = await live.start();
    client.speak(tone(1_000));
    client.say({ type: 'input_audio_buffer.commit' });
    await live.finish();
    expect(client.story).toEqual([
      'transcribing', 'transcript.done', 'thinking', 'response.text.delta', 'response.text.done', 'speaking',
      'response.audio.delta', 'response.audio.done', 'response.done', 'listening', 'turn.trace',
    ]);
    expect(client.of('transcript.done')[0]!.text).toBe('What time is it?');
    expect(client.of('response.text.done')[0]!.text).toBe('It is noon.');
    expect(live.stt.heard).toEqual([{ samples: 16_000, urgency: 'final' }]);
  });

  it('stores question and answer with a trace whose parts add up, and what the speech cost', async () => {
    const live = new LiveSession();
    const client = await live.start();
    client.speak(tone(1_000));
    client.say({ type: 'input_audio_buffer.commit' });
    await live.finish();
    expect(live.store.transcript).toEqual(['user: What time is it?', 'assistant: It is noon.']);
    const trace = live.store.messages[1]!.metadata!.trace!;
    const parts = [trace.endpointMs, trace.sttMs, trace.firstTokenMs, trace.firstAudioMs, trace.firstSentMs];
    expect(parts.every((part) => part !== null)).toBe(true);
    expect(parts.reduce<number>((sum, part) => sum + part!, 0)).toBeCloseTo(trace.totalMs!, 6);
    expect(trace).toMatchObject({ speechMs: 1_000, playedMs: 'It is noon.'.length * 50 });
    expect(live.store.usage).toMatchObject([{ leg: 'stt', audioSeconds: 1 }, { leg: 'tts', characters: 'It is noon.'.length }]);
  });

  it('books what was transcribed on its own turn, also when nobody was understood', async () => {
    const live = new LiveSession();
    const client = await live.start({ modalities: ['text'] });
    live.stt.answers = ['', 'Hello'];
    for (const ms of [500, 1_000]) {
      client.speak(tone(ms));
      client.say({ type: 'input_audio_buffer.commit' });
      await live.finish();
    }
    expect(live.store.usage).toMatchObject([{ leg: 'stt', audioSeconds: 0.5 }, { leg: 'stt', audioSeconds: 1, turnId: live.store.messages[0]!.turnId }]);
    expect(live.store.usage[0]!.turnId).not.toBe(live.store.usage[1]!.turnId);
  });

  it('answers a commit of nothing with empty_buffer', async () => {
    const live = new LiveSession();
    const client = await live.start();
    client.say({ type: 'input_audio_buffer.commit' });
    expect(client.story).toEqual(['error:empty_buffer', 'listening']);
  });

  it.each([
    ['empty_transcript', (live: LiveSession) => { live.stt.answers = ['  ']; }],
    ['stt_error', (live: LiveSession) => { live.stt.answers = [new AppError('upstream_unavailable', 'STT service unavailable')]; }],
    ['agent_error', (live: LiveSession) => { live.brain.script = () => [new AppError('upstream_unavailable', 'no model')]; }],
    ['empty_response', (live: LiveSession) => { live.brain.script = () => []; }],
    ['empty_response', (live: LiveSession) => { live.brain.script = () => [new AppError('upstream_rejected', 'nothing', { details: { reason: 'empty_answer' } })]; }],
    ['tts_error', (live: LiveSession) => { live.tts.failure = new AppError('upstream_unavailable', 'TTS is down'); }],
    ['stt_error', (live: LiveSession) => { live.stt.answers = [new Error('a bug')]; }],
  ])('ends a turn with %s and listens again, ready for the next one', async (code, breakIt) => {
    const live = new LiveSession();
    const client = await live.start();
    breakIt(live);
    client.speak(tone(500));
    client.say({ type: 'input_audio_buffer.commit' });
    await live.finish();
    expect(client.story.filter((word) => word !== 'turn.trace').slice(-2)).toEqual([`error:${code}`, 'listening']);
    expect(client.story).not.toContain('response.done');

    live.stt.answers = ['Again'];
    live.tts.failure = undefined;
    live.brain.script = () => ['Fine.'];
    client.forget();
    client.speak(tone(500));
    client.say({ type: 'input_audio_buffer.commit' });
    await live.finish();
    expect(client.story).toContain('response.done');
  });

  it('names the failing service in the error but never a bug’s text', async () => {
    const live = new LiveSession();
    const client = await live.start();
    live.stt.answers = [new AppError('upstream_unavailable', 'STT service unavailable'), new Error('secret path /etc')];
    for (let turn = 0; turn < 2; turn++) {
      client.speak(tone(500));
      client.say({ type: 'input_audio_buffer.commit' });
      await live.finish();
    }
    const [first, second] = client.of('error');
    expect(first!.message).toContain('STT service unavailable');
    expect(second!.message).not.toContain('secret');
  });

  it('queues one commit that comes while a turn is running, and refuses a second', async () => {
    const live = new LiveSession();
    const client = await live.start();
    live.stt.answers = ['First', 'Second'];
    client.speak(tone(500));
    client.say({ type: 'input_audio_buffer.commit' });
    await live.clock.advance(100);
    client.speak(tone(300));
    client.say({ type: 'input_audio_buffer.commit' });
    client.speak(tone(200));
    client.say({ type: 'input_audio_buffer.commit' });
    expect(client.of('error').map(({ code }) => code)).toEqual(['validation_error']);
    await live.finish();
    expect(client.of('transcript.done').map(({ text }) => text)).toEqual(['First', 'Second']);
    expect(live.stt.heard.map(({ samples }) => samples)).toEqual([8_000, 4_800]);

    live.stt.answers = ['Third'];
    client.say({ type: 'input_audio_buffer.commit' });
    await live.finish();
    expect(live.stt.heard.at(-1)!.samples).toBe(3_200); // what was said after the refused commit is still there
  });

  it('goes on with the waiting commit when the running turn is cancelled', async () => {
    const live = new LiveSession();
    const client = await live.start();
    live.stt.answers = ['First', 'Second'];
    client.speak(tone(500));
    client.say({ type: 'input_audio_buffer.commit' });
    await live.clock.advance(100);
    client.speak(tone(300));
    client.say({ type: 'input_audio_buffer.commit' });
    client.say({ type: 'response.cancel' });
    await live.finish();
    expect(client.of('transcript.done').map(({ text }) => text)).toEqual(['First', 'Second']);
    expect(client.of('turn.trace').map(({ status }) => status)).toEqual(['interrupted', 'complete']);
    expect(live.store.transcript[1]).toMatch(/^assistant \(interrupted\): /);
  });

  it('refuses audio beyond sixty seconds and keeps what it has', async () => {
    const live = new LiveSession();
    const client = await live.start();
    for (let second = 0; second < 60; second++) client.speak(tone(1_000));
    expect(client.story).toEqual([]);
    client.speak(tone(100));
    expect(client.story).toEqual(['error:validation_error', 'listening']);
    client.say({ type: 'input_audio_buffer.commit' });
    await live.finish();
    expect(live.stt.heard[0]!.samples).toBe(60 * 16_000);
  });

  it('does not even resample what it refuses', async () => {
    const live = new LiveSession();
    let resampledMs = 0;
    live.node.createResampler = () => ({ process: (samples) => { resampledMs += samples.length / 8; return new Int16Array(samples.length * 2); }, flush: () => new Int16Array(0) });
    const client = await live.start({ audio_config: { sample_rate: 8_000 } });
    for (let i = 0; i < 5; i++) client.speak(tone(25_000, 8_000));
    expect(client.of('error').map(({ code }) => code)).toEqual(['validation_error', 'validation_error', 'validation_error']);
    expect(resampledMs).toBe(50_000);
  });

  it('starts over with a second session.start: new ids, an empty buffer, the old conversation ended', async () => {
    const live = new LiveSession();
    const client = live.connect();
    client.say({ type: 'session.start' });
    await settle();
    client.speak(tone(500));
    client.say({ type: 'session.start' });
    await settle();
    const [first, second] = client.of('session.created');
    expect(second!.session_id).not.toBe(first!.session_id);
    expect(live.store.conversations.get(first!.conversation_id)!.endReason).toBe('restarted');
    client.say({ type: 'input_audio_buffer.commit' });
    expect(client.story.slice(-2)).toEqual(['error:empty_buffer', 'listening']);
    expect(live.registry.size).toBe(1);
  });

  it('keeps what a client sends right behind session.start, in order', async () => {
    const live = new LiveSession();
    const client = live.connect();
    client.say({ type: 'session.start' });
    client.speak(tone(500));
    client.say({ type: 'input_audio_buffer.commit' });
    await live.finish();
    expect(client.story).toContain('response.done');
    expect(client.story).not.toContain('error:no_session');
  });

  it('answers no_session to anything that needs one', async () => {
    const live = new LiveSession();
    const client = live.connect();
    client.speak(tone(20));
    client.say({ type: 'input_audio_buffer.commit' });
    client.say({ type: 'input_text', text: 'Hello' });
    expect(client.story).toEqual(['error:no_session', 'error:no_session', 'error:no_session']);
  });

  it('ends on session.close and on a lost connection, with the reason stored', async () => {
    const live = new LiveSession();
    const polite = await live.start();
    polite.say({ type: 'session.close' });
    const lost = await live.start();
    lost.hangUp();
    await settle();
    expect(polite.closed).toMatchObject({ code: 1000 });
    expect([...live.store.conversations.values()].map(({ endReason }) => endReason)).toEqual(['client_closed', 'disconnected']);
    expect(live.registry.size).toBe(0);
    expect(live.clock.pending).toBe(0);
  });

  it('leaves a conversation open that its client has gone on with in another session', async () => {
    const live = new LiveSession();
    const lost = await live.start();
    const [conversationId] = live.store.conversations.keys();
    const back = await live.start({ conversation_id: conversationId! });
    lost.hangUp('ping_timeout'); // noticed long after the client came back
    await settle();
    expect(live.store.conversations.get(conversationId!)!.endReason).toBeUndefined();
    back.say({ type: 'session.close' });
    await settle();
    expect(live.store.conversations.get(conversationId!)!.endReason).toBe('client_closed');
  });

  it('asks the brain only when every turn before is in order', async () => {
    const live = new LiveSession();
    const client = await live.start();
    let storeReply = () => {};
    const replyStored = new Promise<void>((resolve) => { storeReply = resolve; });
    const addMessage = live.store.addMessage.bind(live.store);
    live.store.addMessage = async (message) => {
      if (message.role === 'assistant') await replyStored;
      return addMessage(message);
    };
    live.brain.script = () => ['Half a ', new Promise<void>(() => {})];
    client.say({ type: 'input_text', text: 'one' });
    await live.clock.advance(100);
    client.say({ type: 'response.cancel' });

    client.speak(tone(500)); // a turn that ends before it asks anything
    client.say({ type: 'input_audio_buffer.commit' });
    client.say({ type: 'response.cancel' });
    await live.clock.advance(100);
    live.brain.script = () => ['Whole.'];
    client.say({ type: 'input_text', text: 'three' });
    await live.clock.advance(1_000);
    expect(live.brain.turns.map(({ text }) => text)).toEqual(['one']);
    storeReply();
    await live.finish();
    expect(live.store.transcript.map((line) => line.split(':')[0])).toEqual(['user', 'assistant (interrupted)', 'user', 'assistant']);
  });

  it('ends in bounded time although something in the turn does not hear its signal', async () => {
    const live = new LiveSession();
    live.node.brain = { runTurn: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }) };
    const client = await live.start();
    client.say({ type: 'input_text', text: 'Hi' });
    await live.clock.advance(100);
    client.say({ type: 'session.close' });
    await live.clock.advance(2_000);
    expect(client.closed).toMatchObject({ code: 1000 });
    expect([...live.store.conversations.values()][0]!.endReason).toBe('client_closed');
  });

  it('refuses a session beyond the limit and says so', async () => {
    const live = new LiveSession({ maxSessions: 1 });
    await live.start();
    const second = live.connect();
    second.say({ type: 'session.start' });
    await settle();
    expect(second.story).toEqual(['error:pipeline_error']);
    expect(second.closed).toMatchObject({ code: 1013 });
  });

  it('answers an unknown agent_id with validation_error and starts nothing', async () => {
    const live = new LiveSession();
    const client = live.connect();
    client.say({ type: 'session.start', agent_id: '33333333-3333-4333-8333-333333333333' });
    await settle();
    expect(client.story).toEqual(['error:validation_error']);
    expect(live.registry.size).toBe(0);
  });

  it('greets when asked to, and the greeting is in the history', async () => {
    const live = new LiveSession();
    const client = await live.start({ greeting: true });
    await live.finish();
    expect(client.story).toEqual(['response.audio.delta', 'response.audio.done', 'response.done', 'listening', 'turn.trace']);
    expect(live.tts.spoken).toEqual(['Hello there!']);
    expect(live.store.transcript).toEqual(['assistant: Hello there!']);
  });

  it('answers a typed turn without a transcript, aloud or in text only', async () => {
    const live = new LiveSession();
    const spoken = await live.start();
    spoken.say({ type: 'input_text', text: 'Hi' });
    await live.finish();
    expect(spoken.story).toEqual(['thinking', 'response.text.delta', 'response.text.done', 'speaking', 'response.audio.delta', 'response.audio.done', 'response.done', 'listening', 'turn.trace']);
    const silent = await live.start({ modalities: ['text'] });
    silent.say({ type: 'input_text', text: 'Hi' });
    await live.finish();
    expect(silent.story).toEqual(['thinking', 'response.text.delta', 'response.text.done', 'response.done', 'listening', 'turn.trace']);
    expect(silent.of('turn.trace')[0]!.trace).toMatchObject({ endpointMs: null, sttMs: null, firstTokenMs: 0, firstAudioMs: null, totalMs: 0 });
  });

  it('shows the tools that run, by name and outcome', async () => {
    const live = new LiveSession();
    const client = await live.start();
    const record = { id: '1', name: 'CALC', args: { expression: '1+1' }, result: { success: true, message: 'It is 2.', data: null, error: null } };
    live.brain.script = () => ['One moment. ', { type: 'tool-call', id: '1', name: 'CALC', args: {}, label: 'Calculating' }, { type: 'tool-result', id: '1', name: 'CALC', record }, 'It is 2.'];
    client.say({ type: 'input_text', text: 'one plus one' });
    await live.finish();
    expect(client.of('tool.call')).toEqual([{ type: 'tool.call', name: 'CALC', label: 'Calculating' }]);
    expect(client.of('tool.result')).toEqual([{ type: 'tool.result', name: 'CALC', success: true, message: 'It is 2.' }]);
  });

  it('says goodbye and ends with storage_unavailable when records cannot be stored', async () => {
    const live = new LiveSession();
    const client = await live.start();
    live.store.full = true;
    client.say({ type: 'input_text', text: 'Hi' });
    await live.finish();
    expect(client.story).toContain('error:pipeline_error');
    expect(live.tts.spoken.join(' ')).toMatch(/goodbye/i);
    expect(client.closed).toMatchObject({ code: 1011 });
    expect([...live.store.conversations.values()][0]!.endReason).toBe('storage_unavailable');
  });

  it('lets a running reply finish when the server drains, and refuses newcomers', async () => {
    const live = new LiveSession();
    const busy = await live.start();
    const idle = await live.start();
    busy.say({ type: 'input_text', text: 'Hi' });
    await live.clock.advance(100);
    const drained = live.registry.drain(5_000);
    await settle();
    expect(idle.closed).toMatchObject({ code: 1012 });
    expect(busy.closed).toBeUndefined();
    const late = live.connect();
    late.say({ type: 'session.start' });
    expect(late.closed).toMatchObject({ code: 1012 });
    await live.finish();
    await drained;
    expect(busy.story).toContain('response.done');
    expect(busy.closed).toMatchObject({ code: 1012 });
    expect([...live.store.conversations.values()].map(({ endReason }) => endReason)).toEqual(['server_shutdown', 'server_shutdown']);
  });
});
