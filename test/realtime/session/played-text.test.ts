import { describe, expect, it } from 'vitest';
import { PlayedText } from '@/realtime/session/played-text';

function reply(): PlayedText {
  const played = new PlayedText();
  played.begin('One two three four.', 0);
  played.end(2_000);
  played.begin(' Five six seven eight.', 2_000);
  played.end(4_000);
  return played;
}

describe('the text that was heard', () => {
  it.each([
    [0, ''],
    [250, 'One'],
    [1_000, 'One two'],
    [2_000, 'One two three four.'],
    [3_000, 'One two three four. Five six'],
    [9_000, 'One two three four. Five six seven eight.'],
  ])('after %i ms is "%s"', (ms, text) => {
    expect(reply().upTo(ms)).toBe(text);
  });

  it('is guessed by a usual speaking rate for a clause that is still being synthesised', () => {
    const played = new PlayedText();
    played.begin('A very long sentence that is still being made while it is being played.', 0);
    expect(played.upTo(650).split(' ').length).toBeLessThanOrEqual(3);
  });
});
