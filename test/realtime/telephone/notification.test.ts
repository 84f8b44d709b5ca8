import { describe, expect, it } from 'vitest';
import { runNotification, type Notification, type NotificationResult } from '@/realtime/telephone/notification';
import { LiveSession, testAgent } from '@test/support/fakes/live-session';

const MESSAGE = 'Your appointment is tomorrow.'; // 29 characters: a second and a half of the fake voice
const PROMPT = 'Say yes or no.'; // 700 ms
const choice = {
  prompt: PROMPT, timeoutSeconds: 15, repeatCount: 2,
  options: [{ value: 'confirmed', synonyms: ['yes', 'yeah', 'confirm'] }, { value: 'cancelled', synonyms: ['no', 'nope', 'cancel'] }],
};

/** A call that has just been answered. */
async function answeredCall(notification: Notification = { message: MESSAGE, choice }, silencePromptMs = 30_000) {
  const results: NotificationResult[] = [];
  let announce: (text: string) => void = () => {};
  const live = new LiveSession({
    channel: 'phone',
    script: async (voice, signal) => {
      announce = (text) => void voice.say(text);
      results.push(await runNotification(voice, notification, signal));
    },
  });
  live.agent = { ...testAgent, turnSettings: { silencePromptMs } };
  const client = await live.vad();
  const hear = async (words: string, ms = 400) => {
    live.stt.answers = [words];
    await live.play(client, 'speech', ms);
    await live.play(client, 'silence', 640);
  };
  return { live, client, results, hear, press: (digit: string) => { client.say({ type: 'input_dtmf', digit }); }, announce: (text: string) => announce(text), said: () => live.tts.spoken };
}

/** Until the question was asked. */
async function askedCall(notification?: Notification, silencePromptMs?: number) {
  const call = await answeredCall(notification, silencePromptMs);
  await call.live.clock.advance(1_000 + 1_500 + 750);
  expect(call.said()).toEqual([MESSAGE, PROMPT]);
  return call;
}

describe('a message without a question', () => {
  it('is said once, a second after the call was answered', async () => {
    const { live, results, said } = await answeredCall({ message: MESSAGE });
    await live.clock.advance(990);
    expect(said()).toEqual([]);
    await live.clock.advance(20);
    expect(said()).toEqual([MESSAGE]);
    await live.clock.advance(1_600);
    expect(results).toEqual([{ messagePlayed: true, choiceResponse: null, choiceRawText: null }]);
    expect(live.store.transcript).toEqual([`assistant: ${MESSAGE}`]);
  });

  it('lets "hello?" end first, and is not answered by the agent', async () => {
    const { live, results, said, hear } = await answeredCall({ message: MESSAGE });
    live.stt.answers = ['Hello? Smith speaking.'];
    await live.clock.advance(500);
    await hear('Hello? Smith speaking.', 960);
    expect(said()).toEqual([MESSAGE]);
    await live.finish();
    expect(results).toMatchObject([{ messagePlayed: true, choiceRawText: null }]);
    expect(live.store.transcript).toEqual(['user: Hello? Smith speaking.', `assistant: ${MESSAGE}`]);
    expect(live.brain.turns).toEqual([]);
  });

  it('does not wait for an answering machine to end', async () => {
    const { live, client, said } = await answeredCall({ message: MESSAGE });
    await live.play(client, 'speech', 4_100);
    expect(said()).toEqual([MESSAGE]);
  });

  it('is not stopped by whoever speaks meanwhile', async () => {
    const { live, client, results } = await answeredCall({ message: MESSAGE });
    await live.clock.advance(1_200);
    await live.play(client, 'speech', 1_000);
    await live.play(client, 'silence', 1_500);
    expect(results).toMatchObject([{ messagePlayed: true }]);
  });

  it('is said again after an operator’s announcement into it', async () => {
    const { live, results, said, announce } = await answeredCall({ message: MESSAGE });
    await live.clock.advance(1_500);
    announce('Fire!');
    await live.finish();
    expect(said()).toEqual([MESSAGE, 'Fire!', MESSAGE]);
    expect(results).toMatchObject([{ messagePlayed: true }]);
  });

  it('was not played when the call ends in the middle of it', async () => {
    const { live, client, results } = await answeredCall({ message: MESSAGE });
    await live.clock.advance(1_700);
    client.hangUp();
    await live.finish();
    expect(results).toEqual([{ messagePlayed: false, choiceResponse: null, choiceRawText: null }]);
    expect(live.clock.pending).toBe(0);
  });
});

describe('a question after a message', () => {
  it('is answered by speech and acknowledged', async () => {
    const { live, results, said, hear } = await askedCall();
    await hear('Yes, that works.');
    await live.finish();
    expect(results).toEqual([{ messagePlayed: true, choiceResponse: 'confirmed', choiceRawText: 'Yes, that works.' }]);
    expect(said()).toEqual([MESSAGE, PROMPT, 'Thanks.']);
    expect(live.store.transcript).toEqual([`assistant: ${MESSAGE}`, `assistant: ${PROMPT}`, 'user: Yes, that works.', 'assistant: Thanks.']);
    expect(live.brain.turns).toEqual([]);
  });

  it('has told that the message was heard before anybody answers', async () => {
    let played = 0;
    const { results } = await askedCall({ message: MESSAGE, choice, onPlayed: () => { played += 1; } });
    expect([played, results]).toEqual([1, []]);
  });

  it('is answered by a key, at once', async () => {
    const { live, results, said, press } = await askedCall();
    press('2');
    await live.clock.advance(10);
    expect(said()).toEqual([MESSAGE, PROMPT, 'Thanks.']);
    await live.finish();
    expect(results).toEqual([{ messagePlayed: true, choiceResponse: 'cancelled', choiceRawText: '2' }]);
  });

  it('is answered by a key before it is asked: the message stops', async () => {
    const { live, results, said, press } = await answeredCall();
    await live.clock.advance(1_500);
    press('1');
    await live.finish();
    expect(said()).toEqual([MESSAGE, 'Thanks.']);
    expect(results).toEqual([{ messagePlayed: false, choiceResponse: 'confirmed', choiceRawText: '1' }]);
  });

  it('is answered while it is asked: the question stops', async () => {
    const { live, results, hear, said } = await answeredCall({ message: MESSAGE, choice: { ...choice, prompt: 'Say yes to confirm your appointment or no to cancel it.' } });
    await live.clock.advance(3_000);
    expect(said()).toHaveLength(2);
    await hear('Yes.', 192);
    await live.finish();
    expect(results).toMatchObject([{ choiceResponse: 'confirmed' }]);
    expect(live.store.messages[1]).toMatchObject({ status: 'interrupted' });
  });

  it('is asked again when the answer was none of the choices, and not for ever', async () => {
    const { live, results, said, hear } = await askedCall();
    await hear('I don’t know.');
    expect(said()).toEqual([MESSAGE, PROMPT, PROMPT]);
    await live.clock.advance(1_000);
    await hear('What was that?');
    await live.finish();
    expect(results).toEqual([{ messagePlayed: true, choiceResponse: null, choiceRawText: 'What was that?' }]);
    expect(said()).toEqual([MESSAGE, PROMPT, PROMPT]);
  });

  it('is asked again after silence, in the time that was set and not in the agent’s', async () => {
    const { live, results, said } = await askedCall({ message: MESSAGE, choice }, 3_000);
    await live.clock.advance(14_900);
    expect(said()).toEqual([MESSAGE, PROMPT]);
    await live.clock.advance(100);
    expect(said()).toEqual([MESSAGE, PROMPT, PROMPT]);
    await live.clock.advance(700 + 14_900);
    expect(results).toEqual([]);
    await live.clock.advance(200);
    expect(results).toEqual([{ messagePlayed: true, choiceResponse: null, choiceRawText: null }]);
  });

  it('hears an answer out that began in time', async () => {
    const { live, results, hear } = await askedCall();
    await live.clock.advance(14_500);
    await hear('well let me think, yes', 2_000);
    await live.finish();
    expect(results).toEqual([{ messagePlayed: true, choiceResponse: 'confirmed', choiceRawText: 'well let me think, yes' }]);
  });

  it('is asked again after a key that is none of the choices', async () => {
    const { live, results, said, press } = await askedCall();
    press('7');
    await live.clock.advance(100);
    expect(said()).toEqual([MESSAGE, PROMPT, PROMPT]);
    press('1');
    await live.finish();
    expect(results).toMatchObject([{ choiceResponse: 'confirmed', choiceRawText: '1' }]);
  });

  it('takes two keys where there are more than nine choices', async () => {
    const options = Array.from({ length: 12 }, (_, at) => ({ value: `floor-${at + 1}`, synonyms: [] }));
    const { live, results, press } = await askedCall({ message: MESSAGE, choice: { ...choice, options } });
    press('1');
    press('2');
    await live.clock.advance(2_100);
    await live.finish();
    expect(results).toMatchObject([{ choiceResponse: 'floor-12', choiceRawText: '12' }]);
  });

  it('gives what is known when the call ends in the middle of it', async () => {
    const { live, client, results, hear } = await askedCall();
    await hear('Sorry?');
    client.hangUp();
    await live.finish();
    expect(results).toEqual([{ messagePlayed: true, choiceResponse: null, choiceRawText: 'Sorry?' }]);
    expect(live.clock.pending).toBe(0);
  });

  it('keeps the first answer: what is said while it is acknowledged changes nothing', async () => {
    const { live, client, results, press } = await askedCall();
    press('1');
    await live.clock.advance(10);
    press('2');
    await live.finish();
    expect(results).toMatchObject([{ choiceResponse: 'confirmed', choiceRawText: '1' }]);
    expect(client.closed).toBeUndefined();
  });

  it('gives the turns back to the agent when it is done', async () => {
    const { live, results, press, client } = await askedCall();
    press('1');
    await live.clock.advance(1_000);
    expect(results).toHaveLength(1);
    client.say({ type: 'input_text', text: 'One more thing' });
    await live.clock.advance(1_000);
    expect(live.brain.turns.map(({ text }) => text)).toEqual(['One more thing']);
  });
});
