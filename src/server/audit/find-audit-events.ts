import { and, count, desc, eq, gte, ilike, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { containing } from '../platform/db/containing';
import type { AuditEvent, ListAuditInput } from './contract';
import { auditEvents } from './tables';

function matching(workspaceId: string, filter: ListAuditInput): SQL | undefined {
  const pattern = filter.q ? containing(filter.q) : undefined;
  return and(
    eq(auditEvents.workspaceId, workspaceId),
    filter.action ? or(eq(auditEvents.action, filter.action), sql`starts_with(${auditEvents.action}, ${`${filter.action}.`})`) : undefined,
    filter.actor ? or(eq(auditEvents.actorId, filter.actor), sql`lower(${auditEvents.actorLabel}) = lower(${filter.actor})`) : undefined,
    filter.from ? gte(auditEvents.at, new Date(filter.from)) : undefined,
    filter.to ? lt(auditEvents.at, new Date(filter.to)) : undefined,
    pattern === undefined ? undefined : or(
      ilike(auditEvents.action, pattern),
      ilike(auditEvents.actorLabel, pattern),
      ilike(auditEvents.subjectLabel, pattern),
      ilike(auditEvents.subjectId, pattern),
      sql`${auditEvents.details}::text ilike ${pattern}`,
    ),
  );
}

const presentEvent = (row: typeof auditEvents.$inferSelect): AuditEvent => ({
  id: row.id,
  at: row.at.toISOString(),
  actor: { kind: row.actorKind, id: row.actorId, label: row.actorLabel },
  action: row.action,
  subject: { kind: row.subjectKind, id: row.subjectId, label: row.subjectLabel },
  details: row.details,
});

/** Rows are only ever added: no route and no job changes or deletes one while its workspace exists. */
export async function findAuditEvents(db: Database, options: { workspaceId: string; filter: ListAuditInput }) {
  const { limit, offset } = options.filter;
  const where = matching(options.workspaceId, options.filter);
  const rows = await db.select().from(auditEvents).where(where).orderBy(desc(auditEvents.at), auditEvents.id).limit(limit).offset(offset);
  const [counted] = await db.select({ total: count() }).from(auditEvents).where(where);
  return { events: rows.map(presentEvent), total: counted?.total ?? 0, limit, offset };
}
