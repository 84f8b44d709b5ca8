import { and, eq, like, ne, or } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { agents } from './tables';

const LONGEST = 48; // leaves room for the number of a namesake in the 63 that a slug may have

/** `Café Müller #2` → `cafe-muller-2`; a name without any Latin letter or digit becomes `agent`. */
export const slugOf = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, LONGEST).replace(/^-+|-+$/g, '') || 'agent';

/** The name's own slug, or the first free one with a number. Inside the workspace's lock, so that it stays free. */
export async function freeSlug(tx: Database, workspaceId: string, name: string): Promise<string> {
  const base = slugOf(name);
  const rows = await tx.select({ slug: agents.slug }).from(agents).where(and(eq(agents.workspaceId, workspaceId), or(eq(agents.slug, base), like(agents.slug, `${base}-%`))));
  const taken = new Set(rows.map(({ slug }) => slug));
  let slug = base;
  for (let number = 2; taken.has(slug); number += 1) slug = `${base}-${number}`;
  return slug;
}

export async function isSlugTaken(tx: Database, workspaceId: string, slug: string, agentId: string | null): Promise<boolean> {
  const mine = and(eq(agents.workspaceId, workspaceId), eq(agents.slug, slug));
  const [row] = await tx.select({ id: agents.id }).from(agents).where(agentId === null ? mine : and(mine, ne(agents.id, agentId)));
  return row !== undefined;
}
