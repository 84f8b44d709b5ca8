import { hasRole, hasScope, type Principal } from '../auth/principal';
import { AppError } from '../platform/errors';
import type { RouteAuth } from './route-meta';

/** What a route asks for when its meta says nothing: nobody gets in by forgetting. */
export const DEFAULT_AUTH = { role: 'viewer' } as const satisfies RouteAuth;

/**
 * A scope named by the route is a way in of its own: a key that has only `metrics` may read metrics.
 * Without one, a key needs `*`, because a narrow key must not open everything else.
 */
export function assertAllowed(principal: Principal, auth: Exclude<RouteAuth, 'public'>): void {
  if (auth.openNetworks && principal.kind === 'open_network') return;
  if (!hasScope(principal, auth.scope ?? '*')) throw new AppError('forbidden', `This key needs the scope "${auth.scope ?? '*'}"`);
  if (!hasRole(principal, auth.role)) throw new AppError('forbidden', `This needs the role "${auth.role}" or higher`);
}
