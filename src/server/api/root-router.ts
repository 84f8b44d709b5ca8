import { agentsRouter } from '../agents/router';
import { aiRouter } from '../ai/router';
import { auditRouter } from '../audit/router';
import { meRouter, signInOptionsRouter } from '../auth/router';
import { budgetsRouter } from '../budgets/router';
import { callsRouter } from '../calls/router';
import { conversationsRouter } from '../conversations/router';
import { devicesRouter } from '../devices/router';
import { healthRouter } from '../health/router';
import { keysRouter } from '../keys/router';
import { invitationsRouter, passwordResetsRouter, usersRouter } from '../people/router';
import { pricesRouter } from '../prices/router';
import { privacyRouter } from '../privacy/router';
import { providerKeysRouter } from '../provider-keys/router';
import { sessionsRouter } from '../sessions/router';
import { statsRouter } from '../stats/router';
import { telephonyRouter } from '../telephony/router';
import { threadsRouter } from '../threads/router';
import { usageRouter } from '../usage/router';
import { webhooksRouter } from '../webhooks/router';
import { workspacesRouter } from '../workspaces/router';
import { router } from './trpc';

/** Everything that can be asked, once: the REST routes, the tRPC client and the OpenAPI document come from here. */
export const appRouter = router({
  agents: agentsRouter,
  ai: aiRouter,
  audit: auditRouter,
  budgets: budgetsRouter,
  calls: callsRouter,
  conversations: conversationsRouter,
  devices: devicesRouter,
  health: healthRouter,
  invitations: invitationsRouter,
  keys: keysRouter,
  me: meRouter,
  passwordResets: passwordResetsRouter,
  prices: pricesRouter,
  privacy: privacyRouter,
  providerKeys: providerKeysRouter,
  sessions: sessionsRouter,
  signInOptions: signInOptionsRouter,
  stats: statsRouter,
  telephony: telephonyRouter,
  threads: threadsRouter,
  usage: usageRouter,
  users: usersRouter,
  webhooks: webhooksRouter,
  workspaces: workspacesRouter,
});

export type AppRouter = typeof appRouter;
