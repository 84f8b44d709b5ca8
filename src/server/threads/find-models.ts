import { and, arrayOverlaps, eq } from 'drizzle-orm';
import { findAgents, visibleTo } from '../agents';
import { agents } from '../agents/tables';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';

/** More agents than a list of models can be chosen from. */
const MOST_MODELS = 1_000;

/** Agents are what the documented system calls models: those that the caller may use and that are on, the default first. */
export async function findModels(db: Database, { principal, tags }: { principal: Principal; tags?: string[] | undefined }) {
  const only = and(visibleTo(principal), eq(agents.isActive, true), tags && tags.length > 0 ? arrayOverlaps(agents.tags, tags) : undefined);
  const rows = await findAgents(db, { workspaceId: principal.workspaceId, skip: 0, limit: MOST_MODELS, only });
  return { models: rows.map(({ id, name, description }) => ({ id, name, label: name, description, suggested_messages: [], overview_html: '' })) };
}
