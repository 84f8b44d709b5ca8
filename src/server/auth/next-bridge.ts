import type { SignInErrorCode } from './contract';

/**
 * Next bundles its route handlers apart from the process that serves them, so the sign-in route sees none of our
 * modules' state. One symbol on globalThis is all the two share: the process provides, the route asks. What crosses
 * are plain values, because a class of one side is not the class of the other.
 */
export type BridgedSignIn =
  | { ok: true; signInId: string; userId: string; email: string; name: string }
  | { ok: false; reason: 'wrong' }
  | { ok: false; reason: 'broken' }
  | { ok: false; reason: 'refused'; detail: string }
  | { ok: false; reason: 'locked'; retryAfterSeconds: number };

export type BridgedOidcSignIn = Extract<BridgedSignIn, { ok: true }> | { ok: false; code: SignInErrorCode };

/** Whom the provider vouches for, its signature checked. */
export interface BridgedIdentity {
  issuer: string;
  subject: string;
  email: string | null;
  emailVerified: boolean;
  name: string;
  userAgent: string;
  address: string;
}

export interface NextAuthBridge {
  secret: string;
  oidc: { issuer: string; clientId: string; clientSecret: string; name: string } | null;
  signIn(request: { email: string; password: string; userAgent: string; address: string }): Promise<BridgedSignIn>;
  signInWithOidc(identity: BridgedIdentity): Promise<BridgedOidcSignIn>;
  signOut(signInId: string): Promise<void>;
  /** Whether the sign-in still counts. */
  isCurrent(session: { userId: string; signInId: string }): Promise<boolean>;
  warn(code: string, detail?: string): void;
}

const BRIDGE = Symbol.for('parley.next-auth-bridge');
const shared = globalThis as { [BRIDGE]?: NextAuthBridge };

export function provideNextAuthBridge(bridge: NextAuthBridge): void {
  shared[BRIDGE] = bridge;
}

export function nextAuthBridge(): NextAuthBridge {
  const bridge = shared[BRIDGE];
  if (!bridge) throw new Error('The sign-in route runs inside Parley’s web process only');
  return bridge;
}
