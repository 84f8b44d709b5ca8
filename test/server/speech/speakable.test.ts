import { expect, test } from 'vitest';
import { speakable } from '@/server/speech/models/speakable';

test.each([
  ['It’s “fine” — really…', 'It\'s "fine" , really...'],
  ['**Bold** and `code`', 'Bold and code'],
  ['Café, naïve, Zürich', 'Cafe, naive, Zurich'],
  ['21 °C outside', '21 degrees Celsius outside'],
  ['€5', '5 euros'],
  ['two\n\nlines\tand\u0007bell', 'two lines and bell'],
])('%j is said as %j', (text, spoken) => {
  expect(speakable(text)).toBe(spoken);
});

test.each(['', '   ', '…', '🙂', '。', '!?'])('%j has nothing to say', (text) => {
  expect(speakable(text)).toBe('');
});
