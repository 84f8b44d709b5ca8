import { agentsRouter } from '../agents/router';
import { meRouter } from '../auth/router';
import { conversationsRouter } from '../conversations/router';
import { healthRouter } from '../health/router';
import { sessionsRouter } from '../sessions/router';
import { statsRouter } from '../stats/router';
import { router } from './trpc';

/** Everything that can be asked, once: the REST routes, the tRPC client and the OpenAPI document come from here. */
export const appRouter = router({
  agents: agentsRouter,
  conversations: conversationsRouter,
  health: healthRouter,
  me: meRouter,
  sessions: sessionsRouter,
  stats: statsRouter,
});

export type AppRouter = typeof appRouter;
