import { WriteBehindStore } from '@/server/conversations/write-behind-store';
import { openDatabase } from '@/server/platform/db/client';
import { newId } from '@/server/platform/ids';
import { startTestChat } from '@test/support/chat';
import { scriptedBrain, seedWorkspace, silentLogger, startTurns } from '@test/support/fakes/scripted-brain';

/**
 * Answers and never comes to an end, so that it can be killed in the middle: node --import tsx answering.ts DATABASE_URL chat|voice|retry.
 * Prints one line of JSON when it answers: what, and to whom.
 */
const [url = '', way = ''] = process.argv.slice(2);
const { db } = openDatabase(url, { name: 'parley-answering' });
const scripts = { story: { replies: [...(way === 'retry' ? [{ times: 1, steps: [{ text: 'A good answer.' }] }] : []), { steps: [{ text: 'Once upon a time' }, { hang: true as const }] }] } };
const limits = { checkpointAfterMs: 20, checkpointEveryMs: 20 };
const say = (what: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(what)}\n`);

if (way === 'voice') {
  const brain = scriptedBrain(db, scripts, { limits });
  const seed = await seedWorkspace(db);
  const { conversationId, turn } = await startTurns(new WriteBehindStore({ db, maxQueued: 5_000, logger: silentLogger }), seed, { model: 'scripted/story' });
  const messageId = newId();
  say({ conversationId, messageId, workspaceId: seed.workspaceId });
  for await (const _event of brain.runTurn(turn('A story?', { replyMessageId: messageId })));
} else {
  const { chat, principal, agentOf } = await startTestChat(db, scripts, { brain: { limits } });
  const opened = await chat.open({ principal, userLabel: 'api-user', agent: { id: await agentOf('story') } });
  const good = way === 'retry' ? await chat.start(opened, { text: 'A story?' }) : null;
  await good?.done;
  const turnId = newId();
  const run = await chat.start(opened, { text: 'A story?', turnId, ...(good ? { retryMessageId: good.messageId } : {}) });
  say({ conversationId: run.conversationId, messageId: run.messageId, workspaceId: principal.workspaceId, turnId, principal });
  for await (const _event of run.events());
}
