import { expect, it } from 'vitest';
import { isBackchannel } from '@/realtime/session/backchannel';

it.each(['Mm-hmm.', 'mhm', 'Uh-huh', 'Yeah.', 'OK!', 'yeah, okay', 'I see.', 'Got it', 'Right, right.', ''])('"%s" means go on', (words) => {
  expect(isBackchannel(words)).toBe(true);
});

it.each(['No.', 'Stop', 'wait', 'Yes but why', 'What time is it?', 'okay now tell me more', 'not right'])('"%s" interrupts', (words) => {
  expect(isBackchannel(words)).toBe(false);
});
