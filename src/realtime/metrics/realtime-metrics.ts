import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SessionMetrics } from '../ports';

const SECONDS = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 30];
const SHORT = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1];
const STAGES = { endpoint: 'endpointMs', stt: 'sttMs', first_token: 'firstTokenMs', first_audio: 'firstAudioMs', first_sent: 'firstSentMs', total: 'totalMs' } as const;

export interface RealtimeMetrics extends SessionMetrics {
  providerSwitched(kind: 'stt' | 'tts', from: string, to: string): void;
  socketOpened(): void;
  socketClosed(): void;
}

/** The eight metrics of the gateway's page under their documented names and types, and ours beside them. */
export function createRealtimeMetrics(registry: Registry): RealtimeMetrics {
  const registers = [registry];
  const active = new Gauge({ name: 'stentor_sessions_active', help: 'Current active WebSocket sessions', registers });
  const transcriptions = new Counter({ name: 'stentor_transcriptions_total', help: 'Total STT transcription calls', registers });
  const ttsRequests = new Counter({ name: 'stentor_tts_requests_total', help: 'Total TTS synthesis calls', registers });
  const agentRequests = new Counter({ name: 'stentor_agent_requests_total', help: 'Total agent message calls', registers });
  const pipeline = new Histogram({ name: 'stentor_pipeline_duration_seconds', help: 'Full pipeline latency: end of the turn to the last synthesised audio', buckets: SECONDS, registers });
  const stt = new Histogram({ name: 'stentor_stt_duration_seconds', help: 'STT transcription latency', buckets: SECONDS, registers });
  const tts = new Histogram({ name: 'stentor_tts_duration_seconds', help: 'TTS synthesis latency, one clause', buckets: SECONDS, registers });
  const agent = new Histogram({ name: 'stentor_agent_duration_seconds', help: 'Agent response latency: question to complete text', buckets: SECONDS, registers });

  const sockets = new Gauge({ name: 'parley_realtime_sockets', help: 'Open WebSockets, with or without a session', registers });
  const sessions = new Gauge({ name: 'parley_sessions', help: 'Live sessions by channel', labelNames: ['channel'], registers });
  const ended = new Counter({ name: 'parley_sessions_ended_total', help: 'Ended sessions by reason', labelNames: ['channel', 'reason'], registers });
  const stages = new Histogram({ name: 'parley_turn_stage_seconds', help: 'Where the time of a voice turn went; the stages add up to total', labelNames: ['stage'], buckets: SECONDS, registers });
  const turns = new Counter({ name: 'parley_turns_total', help: 'Turns by outcome', labelNames: ['status'], registers });
  const vadLag = new Histogram({ name: 'parley_vad_frame_lag_seconds', help: 'From the arrival of an audio frame to its judgement by the VAD', buckets: SHORT, registers });
  const slow = new Counter({ name: 'parley_slow_consumers_dropped_total', help: 'Clients dropped because they did not take their audio in time', registers });
  const switches = new Counter({ name: 'parley_provider_fallbacks_total', help: 'Requests that went to the next provider because the one before failed', labelNames: ['kind', 'from', 'to'], registers });
  const errors = new Counter({ name: 'parley_realtime_errors_total', help: 'Error events sent to clients by code', labelNames: ['code'], registers });

  return {
    sessionStarted(channel) { active.inc(); sessions.inc({ channel }); },
    sessionEnded(channel, reason) { active.dec(); sessions.dec({ channel }); ended.inc({ channel, reason }); },
    transcribed(seconds) { transcriptions.inc(); stt.observe(seconds); },
    synthesized(seconds) { ttsRequests.inc(); tts.observe(seconds); },
    agentAnswered(seconds) { agentRequests.inc(); agent.observe(seconds); },
    pipelineDone(seconds) { pipeline.observe(seconds); },
    turnDone(trace, status) {
      turns.inc({ status });
      for (const [stage, part] of Object.entries(STAGES)) {
        const value = trace[part];
        if (value !== null) stages.observe({ stage }, value / 1000);
      }
    },
    vadFrame(seconds) { vadLag.observe(seconds); },
    slowConsumerDropped() { slow.inc(); },
    errorSent(code) { errors.inc({ code }); },
    providerSwitched(kind, from, to) { switches.inc({ kind, from, to }); },
    socketOpened() { sockets.inc(); },
    socketClosed() { sockets.dec(); },
  };
}
