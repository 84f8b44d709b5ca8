import { describe, expect, it } from 'vitest';
import { LiveSession } from '@test/support/fakes/live-session';

describe('keys of a telephone', () => {
  it('are one turn, ended by #', async () => {
    const live = new LiveSession();
    const client = await live.vad();
    for (const digit of '4711#') { client.say({ type: 'input_dtmf', digit }); await live.clock.advance(500); }
    await live.finish();
    expect(live.brain.turns.map(({ text }) => text)).toEqual(['4711']);
    expect(live.brain.turns[0]!.userMetadata).toEqual({ digits: '4711' });
  });

  it('are a turn after a pause', async () => {
    const live = new LiveSession();
    const client = await live.vad();
    client.say({ type: 'input_dtmf', digit: '1' });
    await live.clock.advance(1_900);
    expect(live.brain.turns).toEqual([]);
    await live.clock.advance(200);
    await live.finish();
    expect(live.brain.turns.map(({ text }) => text)).toEqual(['1']);
  });

  it('stop what is being said at once', async () => {
    const live = new LiveSession();
    live.brain.script = () => ['One two three four five. Six seven eight nine ten. Eleven twelve thirteen fourteen fifteen.'];
    const client = await live.vad();
    client.say({ type: 'input_text', text: 'count' });
    await live.clock.advance(1_000);
    client.say({ type: 'input_dtmf', digit: '2' });
    expect(client.story.slice(-3)).toEqual(['output_audio.clear', 'response.cancelled', 'listening']);
  });
});
