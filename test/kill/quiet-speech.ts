import { writeWav } from '@/server/platform/audio/wav';
import { tone } from '@test/support/telephone/tones';
import { startScriptedSpeechServer } from '@test/support/speech/scripted-speech-server';

const MS_A_CHARACTER = 60;

/** Speech that costs nothing: a tone as long as the text would take, and it never understands anything. */
export const startQuietSpeech = () => startScriptedSpeechServer(({ path, body }, response) => {
  if (!path.endsWith('/audio/speech')) return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"text":"","data":[]}');
  const { input } = JSON.parse(body.toString()) as { input: string };
  response.writeHead(200, { 'content-type': 'audio/wav' }).end(writeWav(tone(440, input.length * MS_A_CHARACTER), 8_000));
});
