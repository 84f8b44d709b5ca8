import { randomUUID } from 'node:crypto';
import { memberships, signIns, users } from '@/server/auth/tables';
import type { Role } from '@/server/auth/principal';
import { conversations, messages, type Channel } from '@/server/conversations/tables';
import type { Database } from '@/server/platform/db/client';
import { workspaces } from '@/server/workspaces/tables';

export async function firstWorkspaceId(db: Database): Promise<string> {
  const [row] = await db.select({ id: workspaces.id }).from(workspaces).orderBy(workspaces.createdAt).limit(1);
  if (!row) throw new Error('no workspace yet');
  return row.id;
}

export async function aWorkspace(db: Database, name = `w-${randomUUID().slice(0, 8)}`): Promise<string> {
  const [row] = await db.insert(workspaces).values({ name, slug: name }).returning({ id: workspaces.id });
  return row!.id;
}

/** A person with a sign-in; no password that anyone knows. */
export async function aSignedInUser(db: Database, options: { workspaceId: string; role: Role; expiresAt?: Date }): Promise<{ userId: string; signInId: string; email: string }> {
  const email = `${randomUUID().slice(0, 8)}@example.org`;
  const [user] = await db.insert(users).values({ email, passwordHash: 'none' }).returning({ id: users.id });
  await db.insert(memberships).values({ workspaceId: options.workspaceId, userId: user!.id, role: options.role });
  const [row] = await db.insert(signIns).values({ userId: user!.id, expiresAt: options.expiresAt ?? new Date(Date.now() + 3_600_000) }).returning({ id: signIns.id });
  return { userId: user!.id, signInId: row!.id, email };
}

export async function aConversation(db: Database, options: {
  workspaceId: string; channel?: Channel; status?: 'active' | 'ended'; agentId?: string | null; userLabel?: string; title?: string; said?: string[]; updatedAt?: Date;
}): Promise<string> {
  const id = randomUUID();
  const said = options.said ?? [];
  await db.insert(conversations).values({
    id, workspaceId: options.workspaceId, channel: options.channel ?? 'chat', status: options.status ?? 'ended', agentId: options.agentId ?? null,
    userLabel: options.userLabel ?? 'api-user', title: options.title ?? null, messageCount: said.length, ...(options.updatedAt ? { updatedAt: options.updatedAt } : {}),
  });
  if (said.length > 0) await db.insert(messages).values(said.map((content, index) => ({
    id: randomUUID(), workspaceId: options.workspaceId, conversationId: id, seq: index + 1, turnId: randomUUID(),
    role: index % 2 === 0 ? 'user' as const : 'assistant' as const, content,
  })));
  return id;
}
