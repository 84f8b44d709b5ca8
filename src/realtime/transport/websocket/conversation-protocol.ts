import { bytesToS16, s16ToBytes } from '../../audio/pcm';
import {
  CONVERSATION_CLIENT_TYPES, conversationClientEvent, INPUT_HZ, OUTPUT_HZ, type ConversationQuery, type ConversationServerEvent,
} from '../../contract/conversation-events';
import type { ServerEvent, SessionStart } from '../../contract/realtime-events';
import type { TransportTraits, VadUpdate } from '../transport';
import { decodeAudio } from './decode-audio';
import { readMessage } from './read-message';
import { problem, type ParsedMessage, type WireFrame, type WireProtocol } from './wire-protocol';

/*
 * /api/conversation/stream: the session's events under other names, audio as binary frames or base64.
 *
 *            first audio (or text, where nothing is spoken)
 *   quiet ───────────────────────────────────────────────▶ responding ── response.done: audio_stream_end, bot_responding_end ──▶ quiet
 *                                                             └── cancelled, failed: the same, `interrupted` ──────────────────▶ quiet
 */
export class ConversationProtocol implements WireProtocol {
  readonly traits: TransportTraits = { channel: 'browser', outputSampleRate: OUTPUT_HZ, startsOnce: true };
  readonly opening: SessionStart;
  #base64: boolean | undefined;
  #session = { session_id: '', conversation_id: '' };
  #agent: { id: string; name: string } | undefined;
  #responding = false;
  #audioOpen = false;

  constructor(query: ConversationQuery) {
    this.#base64 = query.audio === 'base64' ? true : query.audio === 'binary' ? false : undefined;
    this.opening = {
      type: 'session.start',
      audio_config: { sample_rate: INPUT_HZ },
      turn_detection: { type: 'server_vad' },
      modalities: query.audio === 'none' ? ['text'] : ['audio', 'text'],
      greeting: query.greeting !== 'false',
      ...(query.client_id ? { client_id: query.client_id } : {}),
      ...(query.agent_id ? { agent_id: query.agent_id } : {}),
      ...(query.conversation_id ? { conversation_id: query.conversation_id } : {}),
    };
  }

  parseText(text: string): ParsedMessage {
    const read = readMessage(text, CONVERSATION_CLIENT_TYPES, conversationClientEvent);
    if (!read.ok) return read.problem;
    const { message } = read;
    switch (message.type) {
      case 'text_input': return { kind: 'event', event: { type: 'input_text', text: message.text } };
      case 'interrupt': return { kind: 'event', event: { type: 'response.cancel' } };
      case 'speech_end': return { kind: 'event', event: { type: 'input_audio_buffer.commit' } };
      case 'end': return { kind: 'event', event: { type: 'session.close' } };
      case 'audio_chunk': {
        const decoded = decodeAudio(message.data ?? message.audio ?? '');
        if (!decoded.ok) return problem('validation_error', `data: ${decoded.problem}`);
        this.#base64 ??= true;
        return { kind: 'audio', samples: decoded.samples };
      }
    }
  }

  parseBinary(bytes: Buffer): ParsedMessage {
    if (bytes.length % 2 !== 0) return problem('validation_error', 'A binary frame has an odd number of bytes; samples are 16 bits');
    this.#base64 ??= false;
    return { kind: 'audio', samples: bytesToS16(bytes) };
  }

  encode(event: ServerEvent): WireFrame[] {
    return this.#translate(event).map((one) => JSON.stringify(one));
  }

  encodeAudio(samples: Int16Array): WireFrame[] {
    const began = this.#respond().map((one) => JSON.stringify(one));
    this.#audioOpen = true;
    const bytes = s16ToBytes(samples);
    return [...began, this.#base64 ? `{"type":"audio_chunk","data":"${bytes.toString('base64')}","sample_rate":${OUTPUT_HZ}}` : bytes];
  }

  encodeVad({ energy, state }: VadUpdate): WireFrame[] {
    return [`{"type":"vad_update","energy":${Math.round(energy * 10_000) / 10_000},"state":"${state}"}`];
  }

  #translate(event: ServerEvent): ConversationServerEvent[] {
    switch (event.type) {
      case 'session.created':
        this.#session = { session_id: event.session_id, conversation_id: event.conversation_id };
        this.#agent = event.agent;
        return []; // said with the state that follows
      case 'status': return [...(event.state === 'listening' || event.state === 'transcribing' ? this.#fallQuiet(true) : []), this.#status(event.state)];
      case 'input_audio_buffer.speech_started': return [{ type: 'speech_start' }];
      case 'input_audio_buffer.speech_stopped': return [{ type: 'speech_end' }];
      case 'transcript.delta': return [{ type: 'transcript_update', text: event.text, is_final: false }];
      case 'transcript.done': return [{ type: 'transcript_update', text: event.text, is_final: true, ...turnOf(event) }];
      case 'response.text.delta': return [...this.#respondInText(), { type: 'assistant_response', text: event.delta, is_complete: false, ...turnOf(event) }];
      case 'response.text.done': return [...this.#respondInText(), { type: 'assistant_response', text: event.text, is_complete: true, ...turnOf(event) }];
      case 'response.audio.delta': return []; // audio has its own way
      case 'response.audio.done': return this.#endAudio();
      case 'response.done': return this.#fallQuiet(false);
      case 'response.cancelled': return this.#fallQuiet(true);
      case 'output_audio.clear': return [{ type: 'interrupt' }];
      case 'tool.call': return [{ type: 'tool_call', name: event.name, label: event.label }];
      case 'tool.result': return [{ type: 'tool_result', name: event.name, success: event.success, message: event.message }];
      case 'turn.trace': return [{ type: 'telemetry_update', turn_id: event.turn_id, trace: event.trace, status: event.status }];
      case 'error': return [{ type: 'error', message: event.message, code: event.code }];
    }
  }

  #status(state: Extract<ServerEvent, { type: 'status' }>['state']): ConversationServerEvent {
    const agent = this.#agent;
    this.#agent = undefined;
    return { type: 'status_update', state, ...this.#session, ...(agent ? { connected: true, agent } : {}) };
  }

  #respondInText(): ConversationServerEvent[] { return this.opening.modalities?.includes('audio') ? [] : this.#respond(); }

  #respond(): ConversationServerEvent[] {
    if (this.#responding) return [];
    this.#responding = true;
    return [{ type: 'bot_responding_start' }];
  }

  #endAudio(): ConversationServerEvent[] {
    if (!this.#audioOpen) return [];
    this.#audioOpen = false;
    return [{ type: 'audio_stream_end' }];
  }

  #fallQuiet(interrupted: boolean): ConversationServerEvent[] {
    if (!this.#responding) return [];
    this.#responding = false;
    return [...this.#endAudio(), { type: 'bot_responding_end', interrupted }];
  }
}

const turnOf = ({ turn_id }: { turn_id?: string | undefined }) => (turn_id === undefined ? {} : { turn_id });
