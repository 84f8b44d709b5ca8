/** Who is asking. Every way in (cookie, key, device token, open network) ends in this one type. */
export const ROLES = ['viewer', 'operator', 'admin', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** What an API key may do. `*` is everything its role may do; another one opens the routes that name it, and only those. */
export const SCOPES = ['*', 'agents', 'calls', 'chat', 'conversations', 'realtime', 'usage', 'metrics'] as const;
export type Scope = (typeof SCOPES)[number];

export const PRINCIPAL_KINDS = ['user', 'api_key', 'device', 'open_network', 'trunk'] as const;
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

export interface Principal {
  kind: PrincipalKind;
  /** The user's, key's, device's, telephone trunk's or (open network) workspace's id. */
  id: string;
  workspaceId: string;
  role: Role;
  scopes: readonly Scope[];
  /** What conversations show as their caller: the user's e-mail, the key's or the device's name. */
  label: string;
  /** The sign-in behind a session cookie. */
  signInId?: string;
  /** What a device, or a token made for one conversation, is bound to. */
  bound?: { agentId?: string; conversationId?: string; sessionId?: string };
}

export const hasScope = (principal: Principal, scope: Scope): boolean =>
  principal.scopes.includes('*') || principal.scopes.includes(scope);

export const hasRole = (principal: Principal, role: Role): boolean => ROLES.indexOf(principal.role) >= ROLES.indexOf(role);
