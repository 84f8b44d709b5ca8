import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { eventually } from '@test/support/speech/local-speech';
import { calibrate, MachineWatch } from '../voice/machine';
import { type RunningParley, startParley } from '../voice/parley';
import { type Recording, recordings } from '../voice/recordings';
import { percentile } from '../voice/report';
import { Caller } from './caller';

/** From one to this many: a single call would otherwise take as long as eight together. */
const QUESTIONS_A_CALL = 10;
/** Nobody talks longer before letting the other side speak. */
const MAX_QUESTION_SECONDS = 6;
const REPLY_LIMIT_MS = 15_000;
/** Longer than any pause between two sentences of one reply. */
const REPLY_PAUSE_MS = 1_200;
const GOAL_P50_MS = 800;

type Trace = Record<'endpointMs' | 'sttMs' | 'firstTokenMs' | 'firstAudioMs' | 'firstSentMs' | 'totalMs', number | null>;

/**
 * Calls in which people ask recorded questions, against Parley as `npm start` runs it with its own speech: from the packet
 * with the last of a question to the first packet of the answer, measured at the caller's socket; and what of it Parley's
 * own traces tell. The rest is the way in (packet, jitter buffer) and out (the clock of the media worker).
 */
export async function measureSpeech(levels: readonly number[] = [1, 4, 8]): Promise<void> {
  const questions = recordings(8000).filter(({ hasLongPause, speechEnd }) => !hasLongPause && speechEnd <= MAX_QUESTION_SECONDS * 8000);
  const sipPort = await freeUdpPort();
  await using parley = await startParley('builtin', { SIP_DOMAIN: '127.0.0.1', SIP_USER: 'bench', SIP_HOST: '127.0.0.1', SIP_PORT: String(sipPort), SIP_ALLOWED_ADDRESSES: '127.0.0.0/8', STENTOR_LOG_LEVEL: 'WARNING' });
  await eventually(() => fetch(parley.web).then(() => true, () => false), 120_000); // it starts after what calls need
  const quietest = calibrate();
  const rows = [];
  for (const calls of levels) rows.push(await runLevel(parley, { calls, sipPort, quietest }, questions));
  console.log(`\nCalls with offline speech, end of speech → first packet of the answer at the caller (to reach with 8 on two quiet cores: p50 ≤ ${GOAL_P50_MS} ms); stages are medians in ms`);
  console.table(rows);
}

async function runLevel(parley: RunningParley, level: { calls: number; sipPort: number; quietest: number }, questions: readonly Recording[]) {
  const before = calibrate();
  const seen = new Set((await traces(parley)).map(({ id }) => id));
  const watch = new MachineWatch(parley.pid);
  const waiting = questions.slice(0, level.calls * QUESTIONS_A_CALL);
  const times: number[] = [];
  const sounds: number[] = [];
  let bad = 0;
  await Promise.all(Array.from({ length: level.calls }, async (_, index) => {
    await new Promise((resolve) => { setTimeout(resolve, (index * 3_000) / level.calls); }); // people do not speak in the same millisecond
    while (waiting.length > 0) {
      await using caller = await ringUntilAnswered(level.sipPort);
      await caller.firstVoice(REPLY_LIMIT_MS);
      while (await caller.heardOut(REPLY_PAUSE_MS, REPLY_LIMIT_MS)) {
        const question = waiting.shift();
        if (!question) break;
        const endedAt = await caller.say(question.samples, question.speechEnd);
        const tooEarly = caller.heardAt > endedAt - 500; // answered in the middle of the question
        const voiceAt = await caller.firstVoice(REPLY_LIMIT_MS);
        if (tooEarly || voiceAt === null) bad += 1;
        else { times.push(caller.begunAt - endedAt); sounds.push(voiceAt - endedAt); }
      }
    }
  }));
  const machine = watch.stop();
  const spoken = (await traces(parley)).filter(({ id, trace }) => !seen.has(id) && trace.sttMs !== null);
  const median = (stage: keyof Trace) => Math.round(percentile(spoken.flatMap(({ trace }) => trace[stage] ?? []), 0.5) ?? Number.NaN);
  const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)].map((value) => Math.round(value ?? Number.NaN));
  const cores = (name: RegExp) => Object.entries(machine.cores).reduce((sum, [process, used]) => (name.test(process) ? sum + used : sum), 0).toFixed(2);
  return {
    calls: level.calls, turns: times.length, bad, 'p50 ms': p50, 'p95 ms': p95, 'p50 first sound': Math.round(percentile(sounds, 0.5) ?? Number.NaN),
    endpoint: median('endpointMs'), STT: median('sttMs'), token: median('firstTokenMs'), TTS: median('firstAudioMs'), sent: median('firstSentMs'), total: median('totalMs'),
    'cores': cores(/./), 'others’ cores': Math.max(0, machine.otherCores - machine.benchCores).toFixed(2),
    load: machine.load.toFixed(1), 'calibration': `${(Math.max(before, calibrate()) / level.quietest).toFixed(2)}×`,
  };
}

/** The first call may come before the trunk is up. */
async function ringUntilAnswered(port: number): Promise<Caller> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await Caller.ring(port);
    } catch (error) {
      if (attempt === 5) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 1_000); });
    }
  }
}

/** Of every answer in every call so far. */
async function traces(parley: RunningParley): Promise<{ id: string; trace: Trace }[]> {
  const get = async <T>(path: string): Promise<T> => (await fetch(`${parley.web}${path}`, { headers: { authorization: `Bearer ${parley.apiKey}` } })).json() as Promise<T>;
  const { conversations } = await get<{ conversations: { id: string }[] }>('/api/conversations?limit=100');
  const details = await Promise.all(conversations.map(({ id }) => get<{ messages: { id: string; role: string; metadata?: { trace?: Trace } }[] }>(`/api/conversations/${id}`)));
  return details.flatMap(({ messages }) => messages).flatMap(({ id, role, metadata }) => (role === 'assistant' && metadata?.trace ? [{ id, trace: metadata.trace }] : []));
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
