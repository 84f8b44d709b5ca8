import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSttProvider } from '@/realtime/providers/openai-compatible';
import { conversations, messages } from '@/server/conversations/tables';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { freePort } from '@test/support/parley-process';
import { RealtimeProcess } from '@test/support/realtime/realtime-process';
import { humanPrompts } from '@test/support/speech/human-prompts';
import { eventually, startLocalSpeech } from '@test/support/speech/local-speech';
import { wordErrors } from '@test/support/speech/word-error-rate';
import { Baresip } from '@test/support/telephone/baresip';
import { PASSWORD, PBX, startKamailio } from '@test/support/telephone/kamailio';
import { join as joined, trimSilence } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';
import { webConfig } from '@test/support/web';

/** Nothing of ours is played here: the realtime process with real speech models and a real database, registered at a real PBX, rung by a real telephone. */
const QUESTION = 'vm-savefolder';
const GREETING_MS = 5_000;
const ANSWER = 'Please save the message to the folder for old messages. It will be there tomorrow.';

let folder: string;
let database: TestDatabase;
let speech: Awaited<ReturnType<typeof startLocalSpeech>>;
let pbx: Awaited<ReturnType<typeof startKamailio>>;
let realtime: RealtimeProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-call-'));
  writeFileSync(join(folder, 'script.json'), JSON.stringify({ telephone: { firstTokenMs: 20, tokenMs: 5, replies: [{ when: 'folder', steps: [{ text: ANSWER }] }, { steps: [{ text: 'I did not get that.' }] }] } }));
  [database, speech, pbx] = await Promise.all([createTestDatabase(), startLocalSpeech(), startKamailio()]);
  await bootstrapWorkspace({ db: database.db, config: webConfig() });
  realtime = await RealtimeProcess.start({
    DATABASE_URL: database.url, AUTH_SECRET: 'a secret of the tests, long enough', PARLEY_SPEECH_URL: speech.url,
    LLM_MODEL: 'scripted/telephone', PARLEY_SCRIPT: join(folder, 'script.json'), STENTOR_LOG_LEVEL: 'info',
    SIP_DOMAIN: PBX, SIP_USER: 'parley', SIP_PASSWORD: PASSWORD, SIP_REGISTRAR: `127.0.0.1:${pbx.port}`, SIP_HOST: '127.0.0.1', SIP_PORT: String(await freePort()), RTP_PORT_MIN: '22000', RTP_PORT_MAX: '22099',
  });
});
afterAll(async () => {
  await realtime?.[Symbol.asyncDispose]();
  await pbx?.[Symbol.asyncDispose]();
  await speech?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

it('a recorded human question asked over the telephone is answered aloud with the right words, and the conversation is stored', async () => {
  const prompt = humanPrompts().find(({ name }) => name === QUESTION)!;
  const question = prompt.load(8000);
  await eventually(() => realtime.output.includes('"registered"'));
  await using caller = await Baresip.start({ user: 'allison', proxyPort: pbx.port, protocol: 'udp', answers: 'auto', says: joined([new Int16Array(GREETING_MS * 8), question, new Int16Array(30_000 * 8)]) });
  caller.command('dial', `sip:parley@${PBX}`);
  const stored = () => database.db.select().from(messages).where(eq(messages.role, 'assistant')).orderBy(asc(messages.seq));
  await eventually(async () => (await stored()).some(({ content }) => content.includes('folder')), 40_000).catch((error: unknown) => { throw new Error(realtime.output.slice(-3_000), { cause: error }); });
  // Until it is said in full, however long that takes here: then its record says for how long it was played. The last of it is on its way to him then.
  await eventually(async () => (await stored()).some(({ content, metadata }) => content.includes('folder') && metadata.trace?.playedMs !== undefined), 60_000);
  await pause(1_000);
  caller.command('hangup');
  await eventually(async () => (await database.db.select().from(conversations))[0]?.status === 'ended');

  const [conversation] = await database.db.select().from(conversations);
  expect(conversation).toMatchObject({ channel: 'phone', userLabel: 'allison', endReason: 'client_closed' });
  const asked = await database.db.select().from(messages).where(eq(messages.role, 'user'));
  expect(wordErrors(prompt.text, asked.map(({ content }) => content).join(' ')).errors).toBeLessThanOrEqual(2);

  await until('what it heard is written', () => caller.heard.length > 0);
  const reply = trimSilence(caller.heard.subarray(GREETING_MS * 8 + question.length)); // recognisers take long silence for nothing said
  const stt = createSttProvider({ baseUrl: speech.url, model: 'moonshine-tiny', timeoutMs: 60_000 });
  const { text } = await stt.transcribe(reply, { sampleRate: 8_000, signal: AbortSignal.timeout(60_000) });
  const { errors, words } = wordErrors(ANSWER, text);
  console.log(`asked "${asked[0]?.content}", answered "${text}"`);
  expect(errors / words, `recognised: "${text}"`).toBeLessThanOrEqual(0.25);

  const [message] = (await stored()).filter(({ content }) => content.includes('folder'));
  console.log('trace', JSON.stringify(message!.metadata.trace));
});
