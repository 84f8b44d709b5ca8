import { and, eq, isNull, or, sql } from 'drizzle-orm';
import { recordAccountChange } from '../auth/account-audit';
import { dropPasswordResets } from '../auth/change-password';
import type { SignInErrorCode } from '../auth/contract';
import type { BridgedIdentity, BridgedOidcSignIn } from '../auth/next-bridge';
import { createSignIn, revokeSignInsOf } from '../auth/sign-ins';
import { invitations, memberships, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { isOpen } from './find-invitations';
import { joinWorkspace } from './join-workspace';

type UserRow = typeof users.$inferSelect;

/** A `sub` means something at its issuer only: another provider may give the same one to somebody else. */
const linkOf = (identity: BridgedIdentity) => `${identity.issuer}#${identity.subject}`;

/**
 * Who comes in: whoever the `sub` is linked to; else whoever has the verified e-mail, who is linked from then on; else
 * whoever was invited under it. An account linked to one `sub` is closed to another one of the same provider, because
 * an address can be given to a new colleague. Nobody else.
 */
export async function signInWithOidc(db: Database, identity: BridgedIdentity): Promise<BridgedOidcSignIn> {
  return db.transaction(async (tx): Promise<BridgedOidcSignIn> => {
    const found = await findPerson(tx, identity);
    if (typeof found === 'string') return { ok: false, code: found };
    if (!(await joinsOrBelongs(tx, found))) return { ok: false, code: 'NoWorkspace' };
    const signInId = await createSignIn(tx, { userId: found.id, userAgent: identity.userAgent, address: identity.address });
    return { ok: true, signInId, userId: found.id, email: found.email, name: found.name };
  });
}

async function findPerson(tx: Database, identity: BridgedIdentity): Promise<UserRow | SignInErrorCode> {
  const [linked] = await tx.select().from(users).where(eq(users.oidcSubject, linkOf(identity)));
  if (linked) return linked;
  if (identity.email === null || !identity.emailVerified) return 'OidcUnverified';
  const email = identity.email.trim().toLowerCase();
  const [known] = await tx.select().from(users).where(eq(sql`lower(${users.email})`, email)).for('update');
  if (known) return link(tx, known, identity);

  const [invited] = await tx.select({ id: invitations.id }).from(invitations).where(and(eq(invitations.email, email), isOpen())).limit(1);
  const [made] = invited ? await tx.insert(users).values({ email, name: identity.name, oidcSubject: linkOf(identity) }).onConflictDoNothing().returning() : [];
  if (made) return made;
  // Another tab may have been faster by a moment, to the person or to the invitation; both are the same person, unless the provider says otherwise.
  const [other] = await tx.select().from(users).where(eq(sql`lower(${users.email})`, email)).for('update');
  return other ? link(tx, other, identity) : 'OidcNotInvited';
}

/**
 * The provider has proved the e-mail; a password never did. Whoever invites an address has the link in their hands and
 * could have made the account before its owner came, so that password, and what was opened with it, ends here.
 */
async function link(tx: Database, user: UserRow, identity: BridgedIdentity): Promise<UserRow | SignInErrorCode> {
  if (user.oidcSubject === linkOf(identity)) return user;
  if (user.oidcSubject?.startsWith(`${identity.issuer}#`)) return 'OidcOtherIdentity';
  const [row] = await tx.update(users).set({ oidcSubject: linkOf(identity), passwordHash: null })
    .where(and(eq(users.id, user.id), user.oidcSubject === null ? isNull(users.oidcSubject) : eq(users.oidcSubject, user.oidcSubject))).returning();
  if (!row) return 'OidcOtherIdentity';
  await recordAccountChange(tx, { userId: user.id, action: 'user.link_single_sign_on', details: { issuer: identity.issuer, ...(user.passwordHash === null ? {} : { password_removed: true }) } });
  await dropPasswordResets(tx, user.id);
  await revokeSignInsOf(tx, { userId: user.id });
  return row;
}

/** A member stays where they are; whoever belongs nowhere yet accepts what they are invited to. */
async function joinsOrBelongs(tx: Database, user: UserRow): Promise<boolean> {
  const [member] = await tx.select({ role: memberships.role }).from(memberships).where(eq(memberships.userId, user.id)).limit(1);
  if (member) return true;
  const open = await tx.select({ id: invitations.id, workspaceId: invitations.workspaceId }).from(invitations)
    .where(and(or(eq(invitations.email, user.email), eq(invitations.email, user.email.toLowerCase())), isOpen())).orderBy(invitations.workspaceId);
  const joined: (string | null)[] = [];
  for (const { id, workspaceId } of open) joined.push(await joinWorkspace(tx, { which: eq(invitations.id, id), workspaceId, userId: user.id, email: user.email }));
  if (joined.some((one) => one !== null)) return true;
  const [since] = await tx.select({ role: memberships.role }).from(memberships).where(eq(memberships.userId, user.id)).limit(1);
  return since !== undefined; // the other tab took the invitation
}
