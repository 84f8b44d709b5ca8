import { z } from 'zod';

export const conversationUsage = z.object({
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int().meta({ description: 'The part of the input tokens that the provider had cached.' }),
  stt_seconds: z.number().meta({ description: 'Audio that was transcribed.' }),
  tts_characters: z.number().int().meta({ description: 'Text that was spoken.' }),
}).meta({ id: 'ConversationUsage', description: 'What the conversation used, from the ledger.' });
export type ConversationUsage = z.infer<typeof conversationUsage>;
