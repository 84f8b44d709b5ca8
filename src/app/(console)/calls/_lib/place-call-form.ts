import type { PlaceCallRequest } from '@/server/calls/contract';

export interface ChoiceOption {
  /** For React: values may be empty or the same while they are written. */
  key: number;
  value: string;
  synonyms: string[];
}

export interface PlaceCallForm {
  extension: string;
  message: string;
  /** '' is the default agent, or the default trunk. */
  agentId: string;
  trunkId: string;
  converse: boolean;
  ringTimeout: string;
  callbackUrl: string;
  asks: boolean;
  prompt: string;
  options: ChoiceOption[];
  choiceTimeout: string;
}

export const emptyCallForm = (extension: string): PlaceCallForm => ({
  extension, message: '', agentId: '', trunkId: '', converse: false, ringTimeout: '30', callbackUrl: '',
  asks: false, prompt: 'Say yes to confirm, or no to cancel.', choiceTimeout: '15',
  options: [{ key: 1, value: 'confirmed', synonyms: ['yes', 'yeah', 'confirm'] }, { key: 2, value: 'cancelled', synonyms: ['no', 'nope', 'cancel'] }],
});

/** What is not a number goes as it is: the server says at which field. */
const numberOf = (text: string): number => (text.trim() === '' ? NaN : Number(text));

export const callRequestOf = (form: PlaceCallForm): PlaceCallRequest => ({
  extension: form.extension,
  message: form.message,
  converse: form.converse,
  ...(form.agentId === '' ? {} : { agent_id: form.agentId }),
  ...(form.trunkId === '' ? {} : { trunk: form.trunkId }),
  ...(form.ringTimeout.trim() === '' ? {} : { ring_timeout: numberOf(form.ringTimeout) }),
  ...(form.callbackUrl.trim() === '' ? {} : { callback_url: form.callbackUrl.trim() }),
  ...(form.asks ? {
    choice: {
      prompt: form.prompt,
      options: form.options.map(({ value, synonyms }) => ({ value, synonyms })),
      ...(form.choiceTimeout.trim() === '' ? {} : { timeout_seconds: numberOf(form.choiceTimeout) }),
    },
  } : {}),
});

const PLAIN_FIELDS = ['extension', 'message', 'agent_id', 'trunk', 'ring_timeout', 'callback_url'];

/** Paths of refusals that the form shows at their field. */
export const shownCallPaths = (form: PlaceCallForm): string[] => [
  ...PLAIN_FIELDS,
  ...(form.asks ? ['choice.prompt', 'choice.options', 'choice.timeout_seconds', ...form.options.flatMap((_, index) => [`choice.options[${index}].value`, `choice.options[${index}].synonyms`])] : []),
];
