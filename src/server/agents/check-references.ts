import { and, eq, inArray } from 'drizzle-orm';
import { memberships } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { invalidField } from '../platform/errors';
import type { ToolRegistry } from '../tools';

/** In upper case, each once. What the agent already had may stay although it is gone; what is new must exist. */
export function checkTools(tools: Pick<ToolRegistry, 'find' | 'all'>, names: readonly string[], had: readonly string[]): string[] {
  const wanted = [...new Set(names.map((name) => name.toUpperCase()))];
  const unknown = wanted.filter((name) => !tools.find(name) && !had.includes(name));
  if (unknown.length > 0) throw invalidField('tools', `there is no tool named ${unknown.join(', ').slice(0, 200)}; there are ${tools.all.map(({ name }) => name).join(', ')}`);
  return wanted;
}

/** Members of this workspace; somebody who has left since may stay on the list. */
export async function checkUsers(tx: Database, workspaceId: string, userIds: readonly string[], had: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(userIds.map((id) => id.toLowerCase()))];
  const added = wanted.filter((id) => !had.includes(id));
  if (added.length === 0) return wanted;
  const rows = await tx.select({ id: memberships.userId }).from(memberships).where(and(eq(memberships.workspaceId, workspaceId), inArray(memberships.userId, added)));
  const members = new Set(rows.map(({ id }) => id));
  const stranger = added.find((id) => !members.has(id));
  if (stranger !== undefined) throw invalidField('allowed_user_ids', `${stranger} is no member of this workspace`);
  return wanted;
}

/** Knowledge is kept by collections that do not exist yet, so no id names one. */
export function checkRagConfig(id: string | null | undefined): void {
  if (id !== null && id !== undefined) throw invalidField('rag_config_id', `there is no RAG configuration ${id.slice(0, 64)}`);
}

export const distinctTags = (tags: readonly string[]): string[] => [...new Set(tags)];
