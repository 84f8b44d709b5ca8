import type { QuotedFile } from '../../files/passages/quoted-file';
import { answerFromFiles, namesAFile } from './about-files';
import { placeIn } from './places';
import { spokenSum } from './spoken-sum';

/** What the assistant does next: ask a tool, or say something. */
export type Decision = { tool: string; args: Record<string, unknown> } | { say: string };

const CAPABILITIES: Record<string, string> = { DATETIME: 'tell you the time and date', CALC: 'work out sums' };

/** What is still said when a tool's words come back with no more than themselves. */
export const NO_ANSWER = 'I could not find that out.';

/** Rules in order; the first that has an answer gives it. No language model is involved. */
export function decide(text: string, tools: ReadonlySet<string>, files: readonly QuotedFile[] = []): Decision {
  const said = text.toLowerCase().replace(/[’]/g, "'").replace(/\s+/g, ' ').trim();
  // A question about a contract's date names the contract; "what time is it" does not.
  if (namesAFile(text, files) || files.length > 0 && !aboutTools(text, said, tools) && !isGreeting(said)) {
    const say = answerFromFiles(text, files);
    if (say !== undefined) return { say };
  }
  return aboutTime(said, tools) ?? aboutSums(text, tools) ?? smallTalk(said, tools) ?? { say: `I have no language model configured, so I cannot answer that. ${whatICanDo(tools)}` };
}

const aboutTools = (text: string, said: string, tools: ReadonlySet<string>): boolean => (aboutTime(said, tools) ?? aboutSums(text, tools)) !== undefined;

/** So short that a word of it in a file means nothing. */
const isGreeting = (said: string): boolean => said.split(' ').length <= 3 && smallTalk(said, new Set()) !== undefined;

/** What to say once a tool has answered. */
export function sayResult(text: string, result: { success: boolean; message: string }): string {
  const message = result.message.trim();
  if (message === '') return NO_ANSWER;
  const sentence = /[.!?]$/.test(message) ? message : `${message}.`;
  if (!result.success) return `Sorry, that did not work. ${sentence}`;
  const place = placeIn(text);
  return place?.zone && sentence.startsWith("It's ") ? `In ${place.spoken}, it's ${sentence.slice(5)}` : sentence;
}

function aboutTime(said: string, tools: ReadonlySet<string>): Decision | undefined {
  const format = timeFormat(said);
  if (format === undefined) return undefined;
  if (!tools.has('DATETIME')) return { say: 'I have no clock here, so I cannot tell you that.' };
  const place = placeIn(said);
  if (place && place.zone === undefined) return { say: `I do not know the time zone of ${place.spoken}. Try a large city, such as Tokyo or New York.` };
  return { tool: 'DATETIME', args: { format, ...(place?.zone === undefined ? {} : { timezone: place.zone }) } };
}

function timeFormat(said: string): string | undefined {
  const time = /\b(?:what(?:'s| is|s)? (?:the )?(?:current |local )?time|what time|the time|time is it|current time|have you got the time|do you have the time|time (?:now|please)|o'?clock is it|time in|how late is it)\b/.test(said) || /^time[?.! ]*$/.test(said);
  const date = /\b(?:what(?:'s| is|s)? (?:the |today'?s )?(?:current )?date|what date|today'?s date|the date|date (?:is it|today)|what year|which year|what month|which month)\b/.test(said) || /^(?:the )?date[?.! ]*$/.test(said);
  if (time && date) return 'datetime';
  if (date) return 'date';
  if (/\b(?:what|which) day\b|\bday (?:is it|of the week)\b|\bwhat(?:'s| is) today\b/.test(said)) return 'date';
  return time && !/\btime (?:to|of|for (?:me|us)|frame|zone)\b/.test(said) ? 'time' : undefined;
}

function aboutSums(text: string, tools: ReadonlySet<string>): Decision | undefined {
  const expression = spokenSum(text);
  if (expression === undefined) return undefined;
  return tools.has('CALC') ? { tool: 'CALC', args: { expression } } : { say: 'I have no calculator here, so I cannot work that out.' };
}

function smallTalk(said: string, tools: ReadonlySet<string>): Decision | undefined {
  if (/\b(?:help|what can you do|what do you do|what are you able|what can i (?:ask|say)|your (?:abilities|skills)|how do you work)\b/.test(said)) return { say: whatICanDo(tools) };
  if (/\b(?:who|what) are you\b|\bwhat(?:'s| is) your name\b|\bwho am i (?:talking|speaking) to\b/.test(said)) return { say: `I am Parley's built-in assistant. ${whatICanDo(tools)}` };
  if (/\b(?:are you there|can you hear me|is (?:this|anyone) (?:on|there|working))\b|^(?:testing|test)\b/.test(said)) return { say: 'Yes, I hear you.' };
  if (/\b(?:thank you|thanks|thank u|cheers|much appreciated)\b/.test(said)) return { say: "You're welcome." };
  if (/\b(?:goodbye|good bye|bye|see you|farewell|good night|that's all|that is all|hang up)\b/.test(said)) return { say: 'Goodbye. Have a good day.' };
  if (/\bhow are you\b|\bhow do you do\b|\bhow's it going\b/.test(said)) return { say: 'I am well, thank you. How can I help?' };
  if (/^(?:hello|hi|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))\b/.test(said)) return { say: 'Hello. How can I help?' };
  if (said === '') return { say: 'I did not catch that. Could you say it again?' };
  return undefined;
}

function whatICanDo(tools: ReadonlySet<string>): string {
  const can = [...tools].map((name) => CAPABILITIES[name]).filter((words) => words !== undefined);
  return can.length === 0 ? 'I can take part in a conversation, but I have no tools here.' : `I can ${can.join(' and ')}.`;
}
