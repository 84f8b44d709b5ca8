import { s16ToBytes } from '../../audio/pcm';
import { CLIENT_EVENT_TYPES, clientEvent, type ServerEvent } from '../../contract/realtime-events';
import { decodeAudio } from './decode-audio';
import { readMessage } from './read-message';
import { problem, type ParsedMessage, type WireProtocol } from './wire-protocol';

/** /api/v1/realtime: the session's own vocabulary as JSON text frames. Nothing to remember, so one serves all. */
export const realtimeProtocol: WireProtocol = {
  traits: { channel: 'device', startsOnce: false },
  opening: null,

  parseText(text: string): ParsedMessage {
    const read = readMessage(text, CLIENT_EVENT_TYPES, clientEvent);
    if (!read.ok) return read.problem;
    if (read.message.type !== 'input_audio_buffer.append') return { kind: 'event', event: read.message };
    const decoded = decodeAudio(read.message.audio);
    return decoded.ok ? { kind: 'audio', samples: decoded.samples } : problem('validation_error', `audio: ${decoded.problem}`);
  },

  parseBinary: () => problem('validation_error', 'Binary frames are not part of this protocol; send JSON text'),
  encode: (event: ServerEvent) => [JSON.stringify(event)],
  encodeAudio: (samples: Int16Array) => [`{"type":"response.audio.delta","delta":"${s16ToBytes(samples).toString('base64')}"}`],
};
