// Talks to Parley as a device does, over /api/v1/realtime. Run from the repository:
//   node docs/examples/talk.mjs "What is twelve times seven?"            typed, answered aloud into answer.wav
//   node docs/examples/talk.mjs --wav question.wav --out reply.wav       spoken (16-bit mono PCM WAV)
// PARLEY_API_KEY holds the key; PARLEY_REALTIME the address (default ws://127.0.0.1:8600, or REALTIME_PORT's).
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';

const stop = (message) => { console.error(message); process.exit(1); };
const { values, positionals } = readArguments();
const question = values.wav ? readWav(values.wav) : undefined;
if (!question && positionals.length === 0) stop('Say something: node docs/examples/talk.mjs "What time is it?"   or   --wav question.wav');
if (values.wav === values.out) stop(`--out ${values.out} would overwrite the question: name another file`);
const sampleRate = question?.sampleRate ?? 16_000;

const key = process.env.PARLEY_API_KEY;
const address = process.env.PARLEY_REALTIME ?? `ws://127.0.0.1:${process.env.REALTIME_PORT ?? 8600}`;
const socket = new WebSocket(`${address}/api/v1/realtime`, { headers: key ? { authorization: `Bearer ${key}` } : {} });
const send = (event) => socket.send(JSON.stringify(event));
const answer = [];
let done = false;

socket.on('open', () => send({ type: 'session.start', client_id: 'talk', audio_config: { sample_rate: sampleRate, channels: 1, sample_width: 16, encoding: 'pcm_s16le' } }));
socket.on('unexpected-response', (_request, response) => stop(`${address} refused: ${response.statusCode}${response.statusCode === 401 ? ' (is PARLEY_API_KEY set?)' : ''}`));
socket.on('error', (error) => stop(`${address}: ${error.message}`));
socket.on('close', (code) => { if (!done) stop(`the connection was closed (${code}) before the answer was complete`); });
socket.on('message', async (data) => {
  const event = JSON.parse(data.toString());
  if (event.type === 'session.created') await (question ? speak() : send({ type: 'input_text', text: positionals.join(' ') }));
  if (event.type === 'transcript.done') console.log(`you:    ${event.text}`);
  if (event.type === 'response.text.done') console.log(`parley: ${event.text}`);
  if (event.type === 'response.audio.delta') answer.push(Buffer.from(event.delta, 'base64'));
  if (event.type === 'error') stop(`${event.code}: ${event.message}`);
  if (event.type === 'response.done') {
    done = true;
    if (answer.length > 0) writeWav(values.out, Buffer.concat(answer));
    send({ type: 'session.close' });
  }
});

/** As a microphone would: 100 ms at a time, in real time, then "that was it". */
async function speak() {
  const step = sampleRate / 10;
  for (let at = 0; at < question.samples.length; at += step * 2) {
    send({ type: 'input_audio_buffer.append', audio: question.samples.subarray(at, at + step * 2).toString('base64') });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  send({ type: 'input_audio_buffer.commit' });
}

function readArguments() {
  try {
    return parseArgs({ allowPositionals: true, options: { wav: { type: 'string' }, out: { type: 'string', default: 'answer.wav' } } });
  } catch (error) {
    return stop(error.message);
  }
}

function readFile(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    return stop(error.message);
  }
}

function readWav(path) {
  const file = readFile(path);
  if (file.toString('latin1', 0, 4) !== 'RIFF') stop(`${path} is not a WAV file`);
  let rate = 0;
  for (let at = 12; at + 8 <= file.length; at += 8 + file.readUInt32LE(at + 4) + (file.readUInt32LE(at + 4) & 1)) {
    const chunk = file.toString('latin1', at, at + 4);
    if (chunk === 'fmt ') {
      rate = file.readUInt32LE(at + 12);
      if (file.readUInt16LE(at + 10) !== 1 || file.readUInt16LE(at + 22) !== 16) stop(`${path} must be 16-bit mono`);
    }
    if (chunk === 'data') return { sampleRate: rate, samples: file.subarray(at + 8, at + 8 + file.readUInt32LE(at + 4)) };
  }
  return stop(`${path} has no audio`);
}

function writeWav(path, samples) {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0); header.writeUInt32LE(36 + samples.length, 4); header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16); header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22); header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28); header.writeUInt16LE(2, 32); header.writeUInt16LE(16, 34);
  header.write('data', 36); header.writeUInt32LE(samples.length, 40);
  writeFileSync(path, Buffer.concat([header, samples]));
  console.log(`wrote ${(samples.length / 2 / sampleRate).toFixed(1)} s of speech to ${path}`);
}
