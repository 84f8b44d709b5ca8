import { agentsRouter } from '../agents/router';
import { auditRouter } from '../audit/router';
import { meRouter } from '../auth/router';
import { conversationsRouter } from '../conversations/router';
import { healthRouter } from '../health/router';
import { keysRouter } from '../keys/router';
import { privacyRouter } from '../privacy/router';
import { providerKeysRouter } from '../provider-keys/router';
import { sessionsRouter } from '../sessions/router';
import { statsRouter } from '../stats/router';
import { router } from './trpc';

/** Everything that can be asked, once: the REST routes, the tRPC client and the OpenAPI document come from here. */
export const appRouter = router({
  agents: agentsRouter,
  audit: auditRouter,
  conversations: conversationsRouter,
  health: healthRouter,
  keys: keysRouter,
  me: meRouter,
  privacy: privacyRouter,
  providerKeys: providerKeysRouter,
  sessions: sessionsRouter,
  stats: statsRouter,
});

export type AppRouter = typeof appRouter;
