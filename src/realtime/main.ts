/** The realtime process: WebSocket voice gateway, sessions and the control API. Joins the product to what a live session needs. */
import { openApiDocument } from '@/server/api/openapi';
import { createAuthenticator } from '@/server/auth/authenticate';
import { authSecret } from '@/server/auth/derived-key';
import { CALLS_CHANNEL, endCallsOfEarlierLives } from '@/server/calls';
import { createBrain } from '@/server/compose';
import { WriteBehindStore } from '@/server/conversations/write-behind-store';
import { markDeviceSeen } from '@/server/devices';
import { agentCheck, databaseCheck } from '@/server/health/checks';
import { createReadiness } from '@/server/health/readiness';
import { forgetEarlierLives } from '@/server/nodes/forget-earlier-lives';
import { holdLease } from '@/server/nodes/lease';
import { endConversationsOfDeadNodes, endConversationsOfEarlierLives } from '@/server/nodes/jobs/end-lost-conversations';
import { childFatal, childReady, onDrain } from '@/server/platform/child-process';
import { loadConfig } from '@/server/platform/config';
import { openDatabase } from '@/server/platform/db/client';
import { listenTo } from '@/server/platform/db/listen';
import { surviveDriverFaults } from '@/server/platform/db/survive-driver-faults';
import { newId } from '@/server/platform/ids';
import { createLogger } from '@/server/platform/logger';
import { createMetrics } from '@/server/platform/metrics';
import { syncEnvironmentTrunk, TRUNKS_CHANNEL } from '@/server/telephony';
import { createResampler } from './audio/resampler';
import { databaseAgentDirectory } from './gateway/agent-directory';
import { createSpeech } from './gateway/create-speech';
import { startNode } from './gateway/start-node';
import { createRealtimeMetrics } from './metrics/realtime-metrics';
import { loadSileroVad } from './providers/silero';
import { systemSessionClock } from './session-clock';
import { DEFAULT_SESSION_OPTIONS } from './session/session-options';
import { databaseCallRecords, databaseTrunkRecords } from './telephone/database-records';
import type { AgentDirectory } from './ports';
import { Telephone } from './telephone/telephone';

const MAX_QUEUED_RECORDS = 5_000;
const REPLY_GRACE_MS = 5_000;
const FLUSH_MS = 2_500; // with the grace and the closing of sockets still below the limit
const DRAIN_LIMIT_MS = 10_000;

const config = loadConfig(process.env);
const logger = createLogger({ name: 'realtime', level: config.logLevel });
if (!config.database.url) childFatal('realtime', 'DATABASE_URL is not set; start Parley with `npm start`');
if (config.speech.stt.servers.length === 0 || config.speech.tts.servers.length === 0)
  childFatal('realtime', 'No speech server: start Parley with `npm start`, or set STENTOR_STT_URL and STENTOR_TTS_URL');
surviveDriverFaults(logger);

const database = openDatabase(config.database.url, { pool: config.database.pool, name: 'parley-realtime' });
const registry = createMetrics('realtime');
const metrics = createRealtimeMetrics(registry);
const brain = createBrain({ db: database.db, config, logger, live: true });
const store = new WriteBehindStore({ db: database.db, maxQueued: MAX_QUEUED_RECORDS, logger });
const { stt, tts } = createSpeech(config.speech, ({ leg, from, to, error }) => {
  metrics.providerSwitched(leg, from, to ?? 'none');
  logger.warn({ leg, from, to, kind: error.kind }, 'a speech provider failed');
});
const secret = authSecret(config);
const nodeId = newId();
const vad = await loadSileroVad();

const directory = databaseAgentDirectory(database.db, config);
/** The first turn then knows of the budgets without waiting. */
const agents: AgentDirectory = { find: (query) => { brain.budgets.prefetch(query.principal.workspaceId); return directory.find(query); } };
const records = { db: database.db, nodeId, config, box: brain.secretBox };
const telephone = new Telephone({
  sip: config.sip, records: databaseCallRecords(records), trunks: databaseTrunkRecords(records), agents, registry, logger,
  onHopeless: () => { logger.fatal('the media worker does not stay up'); process.exit(1); }, // the supervisor starts us anew
});

const node = await startNode({
  nodeId, calls: telephone.control, config, secret, registry,
  deps: {
    stt, tts, vad, store, metrics, logger, createResampler, clock: systemSessionClock, options: DEFAULT_SESSION_OPTIONS,
    brain: { runTurn: ({ agent, ...turn }) => brain.runTurn({ ...turn, agent, timeZone: agent.timeZone }) },
  },
  agents,
  authenticator: createAuthenticator({ db: database.db, config }),
  readiness: createReadiness({
    stt: (signal) => stt.check(signal),
    tts: (signal) => tts.check(signal),
    agent: agentCheck(brain, config),
    database: databaseCheck(database.sql),
  }),
  openapi: openApiDocument,
  onDeviceLeft: (id) => { markDeviceSeen(database.db, { id }).catch((error: unknown) => logger.warn({ err: error }, 'when a device was seen could not be stored')); },
}).catch((error: NodeJS.ErrnoException) => {
  const { host, port } = config.realtime;
  return childFatal('realtime', error.code === 'EADDRINUSE' ? `REALTIME_PORT ${port} is taken: stop what listens there or set REALTIME_PORT` : `Cannot listen on ${host}:${port}: ${error.message}`);
});

const lease = await holdLease({ db: database.db, kind: 'realtime', id: nodeId, address: node.url, logger, describe: () => ({ sessions: node.sessions.size }) });
const lost = config.database.embedded ? await endConversationsOfEarlierLives(database.db, nodeId) : await endConversationsOfDeadNodes(database.db);
if (lost > 0) logger.warn({ ended: lost }, 'ended conversations of dead nodes');

const earlier = config.database.embedded ? await endCallsOfEarlierLives(database.db, nodeId) : 0;
if (earlier > 0) logger.warn({ ended: earlier }, 'ended calls of earlier lives');
if (config.database.embedded) await forgetEarlierLives(database.db, nodeId); // after it: until when they lived is in their leases
await syncEnvironmentTrunk(database.db, config);
await telephone.start(lease, node.talk).catch((error: Error) => childFatal('realtime', error.message));
const notified = listenTo({
  url: config.database.url, name: 'parley-realtime-wake', logger,
  channels: { [CALLS_CHANNEL]: () => telephone.callsChanged(), [TRUNKS_CHANNEL]: () => telephone.trunksChanged() },
});
childReady('realtime', node.url);

onDrain(async (reason) => {
  logger.info({ reason, sessions: node.sessions.size }, 'draining');
  await notified.close();
  await Promise.all([telephone.drain(REPLY_GRACE_MS), node.drain(REPLY_GRACE_MS)]); // in this order: the goodbye is a reply that is let finish
  const [{ lost: unstored }] = await Promise.all([store.close({ timeoutMs: FLUSH_MS }), telephone.close()]);
  if (unstored > 0) logger.error({ lost: unstored }, 'records were lost');
  await lease.release();
  await database.close();
}, DRAIN_LIMIT_MS);
