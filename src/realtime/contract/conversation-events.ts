import { z } from 'zod';
import { ERROR_CODES, SESSION_STATES, wireTurnTrace } from './realtime-events';

/**
 * Every message of the WebSocket /api/conversation/stream, both directions. Browser-safe: zod and nothing else.
 * docs/conversation-stream.md tells the makers of clients the same in prose.
 */
export const INPUT_HZ = 16_000;
export const OUTPUT_HZ = 24_000;

/** What stands in the address. With a token for one conversation its own ids count, and `agent_id` may be left out. */
export const conversationQuery = z.object({
  token: z.string().optional().meta({ description: 'A key or token, for clients that cannot set headers.' }),
  agent_id: z.uuid('must be the id of an agent').optional().meta({ description: 'The default agent when absent.' }),
  conversation_id: z.uuid('must be the id of a conversation').optional().meta({ description: 'Continues an earlier conversation of this workspace.' }),
  client_id: z.string().max(200).optional().meta({ description: 'A name for the caller; the conversation’s label.' }),
  audio: z.enum(['binary', 'base64', 'none'], { error: 'must be binary, base64 or none' }).optional()
    .meta({ description: 'How replies sound: binary frames, `audio_chunk` messages, or not at all. When absent, the way the client sends its own audio.' }),
  greeting: z.enum(['true', 'false'], { error: 'must be true or false' }).optional().meta({ description: 'false: a new conversation begins without the agent’s greeting.' }),
});
export type ConversationQuery = z.infer<typeof conversationQuery>;

export const clientAudioChunk = z.object({ type: z.literal('audio_chunk'), data: z.string().optional(), audio: z.string().optional() })
  .refine((message) => message.data !== undefined || message.audio !== undefined, { error: 'is required', path: ['data'] });

export const conversationClientEvent = z.discriminatedUnion('type', [
  /** Base64 of s16le mono, 16 kHz; `audio` is another name for `data`. */
  clientAudioChunk,
  /** A typed turn. */
  z.object({ type: z.literal('text_input'), text: z.string().trim().min(1).max(8000) }),
  /** Ends the running reply. */
  z.object({ type: z.literal('interrupt') }),
  /** The person has finished: no waiting for the silence. */
  z.object({ type: z.literal('speech_end') }),
  /** Ends the conversation. */
  z.object({ type: z.literal('end') }),
]);
export type ConversationClientEvent = z.infer<typeof conversationClientEvent>;

export const CONVERSATION_CLIENT_TYPES: readonly string[] = ['audio_chunk', 'text_input', 'interrupt', 'speech_end', 'end'];

const turnId = { turn_id: z.string().optional() };

export const conversationServerEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('status_update'),
    state: z.enum(SESSION_STATES),
    session_id: z.string(),
    conversation_id: z.string(),
    /** With the first one. */
    connected: z.literal(true).optional(),
    agent: z.object({ id: z.string(), name: z.string() }).optional(),
  }),
  z.object({ type: z.literal('vad_update'), energy: z.number().min(0).max(1), state: z.enum(['speech', 'silence']) }),
  z.object({ type: z.literal('speech_start') }),
  z.object({ type: z.literal('speech_end') }),
  z.object({ type: z.literal('transcript_update'), text: z.string(), is_final: z.boolean(), ...turnId }),
  /** A piece of the reply, and with `is_complete` the whole of it. */
  z.object({ type: z.literal('assistant_response'), text: z.string(), is_complete: z.boolean(), ...turnId }),
  z.object({ type: z.literal('bot_responding_start') }),
  z.object({ type: z.literal('bot_responding_end'), interrupted: z.boolean() }),
  z.object({ type: z.literal('audio_chunk'), data: z.string(), sample_rate: z.literal(OUTPUT_HZ) }),
  z.object({ type: z.literal('audio_stream_end') }),
  /** Stop playing and throw away what is buffered. */
  z.object({ type: z.literal('interrupt') }),
  z.object({ type: z.literal('tool_call'), name: z.string(), label: z.string() }),
  z.object({ type: z.literal('tool_result'), name: z.string(), success: z.boolean(), message: z.string() }),
  z.object({ type: z.literal('telemetry_update'), turn_id: z.string(), trace: wireTurnTrace, status: z.enum(['complete', 'interrupted', 'failed']) }),
  z.object({ type: z.literal('error'), message: z.string(), code: z.enum(ERROR_CODES) }),
]);
export type ConversationServerEvent = z.infer<typeof conversationServerEvent>;
