import { describe, expect, it } from 'vitest';
import { decide, sayResult } from '@/server/llm/builtin/intents';
import { digitsForWords } from '@/server/llm/builtin/spoken-numbers';
import { spokenSum } from '@/server/llm/builtin/spoken-sum';
import { evaluateSum } from '@/server/tools/calc/evaluate-sum';

const tools = new Set(['DATETIME', 'CALC']);

describe('the time and the date', () => {
  it.each([
    ['What time is it?', { format: 'time' }],
    ["What's the time?", { format: 'time' }],
    ['what is the time now', { format: 'time' }],
    ['Can you tell me the time, please?', { format: 'time' }],
    ['Hello, what time is it?', { format: 'time' }],
    ['What time is it in Tokyo?', { format: 'time', timezone: 'Asia/Tokyo' }],
    ['What time is it in New York right now?', { format: 'time', timezone: 'America/New_York' }],
    ["What's the current time in San Francisco?", { format: 'time', timezone: 'America/Los_Angeles' }],
    ['what time is it in the UK', { format: 'time', timezone: 'Europe/London' }],
    ['What time is it in Asia/Tokyo?', { format: 'time', timezone: 'Asia/Tokyo' }],
    ['what is the time in India', { format: 'time', timezone: 'Asia/Kolkata' }],
    ["What's today's date?", { format: 'date' }],
    ['What day is it today?', { format: 'date' }],
    ["What's the date in Sydney?", { format: 'date', timezone: 'Australia/Sydney' }],
    ["What's the date and what time is it?", { format: 'datetime' }],
    ['what year is it', { format: 'date' }],
  ])('are asked of the clock: %s', (text, args) => {
    expect(decide(text, tools)).toEqual({ tool: 'DATETIME', args });
  });

  it('says so when it does not know the place or has no clock', () => {
    expect(decide('What time is it in Gotham?', tools)).toEqual({ say: 'I do not know the time zone of Gotham. Try a large city, such as Tokyo or New York.' });
    expect(decide('What time is it?', new Set())).toEqual({ say: 'I have no clock here, so I cannot tell you that.' });
  });

  it('names the place in the answer', () => {
    expect(sayResult('What time is it in tokyo?', { success: true, message: "It's 9:00 AM" })).toBe("In Tokyo, it's 9:00 AM.");
    expect(sayResult('What time is it?', { success: true, message: "It's 9:00 AM" })).toBe("It's 9:00 AM.");
  });
});

describe('sums as people say them', () => {
  it.each([
    ["What's 25 times 4 plus 10?", 110], ['what is twelve times seven', 84], ['What is 12 times seven?', 84], ['twenty-five times four plus ten', 110],
    ['How much is one hundred and five divided by five?', 21], ['What is 15 percent of 80?', 12], ['fifteen percent of eighty', 12], ['square root of 144', 12],
    ["What's the square root of one hundred forty four?", 12], ['five squared', 25], ['2 to the power of 8', 256], ['add 3 and 4', 7], ['subtract 3 from 10', 7],
    ['Multiply 6 by 7.', 42], ['divide twenty by four', 5], ['half of ninety plus one', 46], ['three point five times two', 7], ['What is 1,200 / 4?', 300], ['25×4', 100],
    ['4 x 5', 20], ['two thousand and twenty six minus one', 2025], ['Can you please calculate 7 minus 10?', -3], ['ten minus three', 7], ['a hundred plus a thousand', 1100],
    ['What is 2 + 2 = ?', 4], ['What is nine hundred ninety nine thousand plus one?', 999001], ['Um, so what is 3 plus 3?', 6], ['(2 + 3) * 4', 20], ['-5 + 3', -2],
  ])('%s is worked out', (text, result) => {
    const decision = decide(text, tools);
    expect(decision).toMatchObject({ tool: 'CALC' });
    expect(evaluateSum(String('tool' in decision ? decision.args.expression : ''))).toBe(result);
  });

  it.each(['I have two dogs', 'Call me at 5', '42', 'twenty', 'My number is 555-1234 x', 'Who was the 3rd president plus his wife', 'We won 3 - 2 yesterday', 'half', 'x', ''])('%s is not a sum', (text) => {
    expect(spokenSum(text)).toBeUndefined();
  });

  it.each([['twelve', '12'], ['twenty five', '25'], ['one hundred and five', '105'], ['two, three', '2, 3'], ['add five and six', 'add 5 and 6'], ['a million', '1000000'], ['three point one four', '3.14'], ['someone', 'someone'], ['twenty twenty', '20 20']])('reads %s as %s', (words, digits) => {
    expect(digitsForWords(words)).toBe(digits);
  });
});

describe('everything else', () => {
  it.each([
    ['Hello', 'Hello. How can I help?'], ['Hi there!', 'Hello. How can I help?'], ['Good morning.', 'Hello. How can I help?'],
    ['Thank you very much.', "You're welcome."], ['Goodbye.', 'Goodbye. Have a good day.'], ['What can you do?', 'I can tell you the time and date and work out sums.'],
    ['Help', 'I can tell you the time and date and work out sums.'], ['Who are you?', "I am Parley's built-in assistant. I can tell you the time and date and work out sums."],
    ['Can you hear me?', 'Yes, I hear you.'], ['How are you?', 'I am well, thank you. How can I help?'], ['', 'I did not catch that. Could you say it again?'],
    ['Who won the world cup?', 'I have no language model configured, so I cannot answer that. I can tell you the time and date and work out sums.'],
    ['What do you think about time travel?', 'I have no language model configured, so I cannot answer that. I can tell you the time and date and work out sums.'],
  ])('%s is answered plainly', (text, say) => {
    expect(decide(text, tools)).toEqual({ say });
  });
});
