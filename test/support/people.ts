import { randomUUID } from 'node:crypto';
import { encode } from 'next-auth/jwt';
import { hashPassword } from '@/server/auth/passwords';
import type { Role } from '@/server/auth/principal';
import { memberships, signIns, users } from '@/server/auth/tables';
import type { Database } from '@/server/platform/db/client';
import { AppError } from '@/server/platform/errors';
import type { CredentialHolder } from '@/server/sessions/control-contract';
import type { LiveSessions } from '@/server/sessions/live-sessions';
import { TEST_AUTH_SECRET, type TestAnswer, type TestWeb } from './web';

export interface Person {
  userId: string;
  signInId: string;
  email: string;
  cookie: string;
}

export const PASSWORD = 'a password of the tests';
let passwordHash: Promise<string> | undefined;

/** Somebody with a password and a sign-in, in as many workspaces as are named. */
export async function aPerson(db: Database, roles: Record<string, Role>, options: { email?: string; withoutPassword?: boolean } = {}): Promise<Person> {
  passwordHash ??= hashPassword(PASSWORD);
  const email = options.email ?? `${randomUUID().slice(0, 8)}@example.org`;
  const [user] = await db.insert(users).values({ email, name: 'Somebody', passwordHash: options.withoutPassword ? null : await passwordHash }).returning({ id: users.id });
  for (const [workspaceId, role] of Object.entries(roles)) await db.insert(memberships).values({ workspaceId, userId: user!.id, role });
  return { userId: user!.id, email, ...(await anotherSignIn(db, user!.id)) };
}

export async function anotherSignIn(db: Database, userId: string): Promise<{ signInId: string; cookie: string }> {
  const [row] = await db.insert(signIns).values({ userId, userAgent: 'test', address: '203.0.113.5', expiresAt: new Date(Date.now() + 3_600_000) }).returning({ id: signIns.id });
  return { signInId: row!.id, cookie: `sessionid=${await encode({ token: { sub: userId, signInId: row!.id }, secret: TEST_AUTH_SECRET })}` };
}

/** A request with the person's cookie, or with nothing. */
export const askAs = (web: TestWeb, person: Pick<Person, 'cookie'> | null, method: string, path: string, body?: object): Promise<TestAnswer> =>
  web.ask(method, path, { key: null, headers: person ? { cookie: person.cookie } : {}, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });

/** Realtime that notes whose sockets it was told to close. */
export function closingSessions(): LiveSessions & { closed: CredentialHolder[]; away: boolean } {
  const sessions = {
    closed: [] as CredentialHolder[],
    away: false,
    list: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    closeOf: (who: CredentialHolder) => {
      if (sessions.away) return Promise.reject(new AppError('unavailable', 'Realtime does not answer'));
      sessions.closed.push(who);
      return Promise.resolve(1);
    },
  };
  return sessions;
}
