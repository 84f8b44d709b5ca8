import { z } from 'zod';

/**
 * Every message of the WebSocket /api/v1/realtime, both directions. Browser-safe: zod and nothing else.
 * What is marked "additive" goes beyond the published page; a client that ignores unknown events and
 * fields works without it. docs/realtime.md tells device makers the same in prose.
 */
export const SAMPLE_RATES = [8000, 16000, 24000, 48000] as const;

export const audioConfig = z.object({
  sample_rate: z.number().refine((rate) => (SAMPLE_RATES as readonly number[]).includes(rate), 'must be 8000, 16000, 24000 or 48000').optional(),
  channels: z.literal(1, { error: 'must be 1' }).optional(),
  /** Bits, although it is named like bytes; 2 means the same. */
  sample_width: z.union([z.literal(16), z.literal(2)], { error: 'must be 16' }).optional(),
  encoding: z.literal('pcm_s16le', { error: 'must be "pcm_s16le"' }).optional(),
});

export const sessionStart = z.object({
  type: z.literal('session.start'),
  client_id: z.string().max(200).nullish(),
  audio_config: audioConfig.nullish(),
  // additive
  agent_id: z.uuid().optional(),
  conversation_id: z.uuid().optional(),
  turn_detection: z.object({ type: z.literal('server_vad') }).nullish(),
  modalities: z.array(z.enum(['audio', 'text'])).min(1).optional(),
  greeting: z.boolean().optional(),
});
export const inputAudioBufferAppend = z.object({ type: z.literal('input_audio_buffer.append'), audio: z.string() });
export const inputAudioBufferCommit = z.object({ type: z.literal('input_audio_buffer.commit') });
export const sessionClose = z.object({ type: z.literal('session.close') });
// additive
export const inputText = z.object({ type: z.literal('input_text'), text: z.string().trim().min(1).max(8000) });
/** A key of a telephone. Keys pressed one after the other are one typed turn, ended by `#` or a pause. */
export const inputDtmf = z.object({ type: z.literal('input_dtmf'), digit: z.string().regex(/^[0-9*#A-D]$/, 'must be one of 0 to 9, *, # and A to D') });
export const responseCancel = z.object({ type: z.literal('response.cancel') });
export const clientOutputAudioClear = z.object({ type: z.literal('output_audio.clear') });

export const clientEvent = z.discriminatedUnion('type', [
  sessionStart, inputAudioBufferAppend, inputAudioBufferCommit, sessionClose, inputText, inputDtmf, responseCancel, clientOutputAudioClear,
]);
export type ClientEvent = z.infer<typeof clientEvent>;
export type SessionStart = z.infer<typeof sessionStart>;

export const CLIENT_EVENT_TYPES: readonly string[] = clientEvent.options.map((option) => option.shape.type.value);

export const SESSION_STATES = ['listening', 'transcribing', 'thinking', 'speaking'] as const;
export type WireState = (typeof SESSION_STATES)[number];

export const ERROR_CODES = [
  'invalid_json', 'validation_error', 'no_session', 'empty_buffer', 'empty_transcript', 'empty_response',
  'pipeline_error', 'unknown_event', 'internal_error',
  // the page's example and its two siblings
  'stt_error', 'tts_error', 'agent_error',
  // additive: the key, token or sign-in behind the socket was revoked
  'revoked',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

const ms = z.number().nullable();
/** Where a turn's time went; the parts are consecutive and add up to totalMs. */
export const wireTurnTrace = z.object({
  traceparent: z.string(),
  endpointMs: ms, sttMs: ms, firstTokenMs: ms, firstAudioMs: ms, firstSentMs: ms, totalMs: ms,
  speechMs: z.number().optional(),
  playedMs: z.number().optional(),
});

/** Additive: which turn an event belongs to. */
const turnId = { turn_id: z.string().optional() };

export const serverEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('session.created'),
    session_id: z.string(),
    conversation_id: z.string(), // additive
    agent: z.object({ id: z.string(), name: z.string() }), // additive
  }),
  z.object({ type: z.literal('status'), state: z.enum(SESSION_STATES) }),
  z.object({ type: z.literal('transcript.done'), text: z.string(), ...turnId }),
  z.object({ type: z.literal('response.text.done'), text: z.string(), ...turnId }),
  z.object({ type: z.literal('response.audio.delta'), delta: z.string() }),
  z.object({ type: z.literal('response.audio.done'), ...turnId }),
  z.object({ type: z.literal('response.done'), ...turnId }),
  z.object({ type: z.literal('error'), message: z.string(), code: z.enum(ERROR_CODES) }),
  // additive
  z.object({ type: z.literal('input_audio_buffer.speech_started') }),
  z.object({ type: z.literal('input_audio_buffer.speech_stopped') }),
  z.object({ type: z.literal('transcript.delta'), text: z.string() }),
  z.object({ type: z.literal('response.text.delta'), delta: z.string(), ...turnId }),
  z.object({ type: z.literal('tool.call'), name: z.string(), label: z.string() }),
  z.object({ type: z.literal('tool.result'), name: z.string(), success: z.boolean(), message: z.string() }),
  z.object({ type: z.literal('output_audio.clear') }),
  z.object({ type: z.literal('response.cancelled'), ...turnId }),
  z.object({ type: z.literal('turn.trace'), turn_id: z.string(), trace: wireTurnTrace, status: z.enum(['complete', 'interrupted', 'failed']) }),
]);
export type ServerEvent = z.infer<typeof serverEvent>;

/** How the server ends a WebSocket. */
export const CLOSE_CODES = {
  /** session.close was received. */
  normal: 1000,
  /** Two pings went unanswered. */
  goingAway: 1001,
  /** Credentials that were revoked, flooding, or a consumer too slow to keep up with real time. */
  policy: 1008,
  /** A message above 1 MB. */
  tooBig: 1009,
  /** The server cannot store or serve this session any longer. */
  internal: 1011,
  /** The server restarts; connect again. */
  restart: 1012,
  /** As many sessions as the server takes; try again later. */
  tryLater: 1013,
} as const;
