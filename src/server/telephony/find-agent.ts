import { eq } from 'drizzle-orm';
import { agents } from '../agents/tables';
import type { Database } from '../platform/db/client';
import { invalidField } from '../platform/errors';

export interface NamedAgent {
  id: string;
  name: string;
  slug: string;
}

export const findNamedAgents = (db: Database, workspaceId: string): Promise<NamedAgent[]> =>
  db.select({ id: agents.id, name: agents.name, slug: agents.slug }).from(agents).where(eq(agents.workspaceId, workspaceId)).orderBy(agents.slug);

const noAgent = (path: string, named: string) => invalidField(path, `there is no agent ${named.slice(0, 100)}`);

/** @throws AppError invalid_input naming the field */
export function agentById(all: readonly NamedAgent[], id: string, path: string): NamedAgent {
  const found = all.find((agent) => agent.id === id.toLowerCase());
  if (!found) throw noAgent(path, id);
  return found;
}

/** By slug, else by name as it is written, else by name as it is read. Names may be shared; then only the slug or the id will do. */
export function agentByName(all: readonly NamedAgent[], named: string, path: string): NamedAgent {
  const lower = named.toLowerCase();
  for (const fits of [(agent: NamedAgent) => agent.slug === named, (agent: NamedAgent) => agent.name === named, (agent: NamedAgent) => agent.name.toLowerCase() === lower || agent.slug === lower]) {
    const [found, another] = all.filter(fits);
    if (another) throw invalidField(path, `there are several agents ${named.slice(0, 100)}; use agent_id, or the slug: ${all.filter(fits).map(({ slug }) => slug).join(', ')}`);
    if (found) return found;
  }
  throw noAgent(path, named);
}
