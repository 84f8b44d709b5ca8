import type { AnyTRPCProcedure } from '@trpc/server';
import { appRouter } from '@/server/api/root-router';
import type { RouteMeta } from '@/server/api/route-meta';
import { declaredRoutes } from '@/server/api/routes';

export interface KnownRoute {
  /** `GET /api/agents/`, or `tRPC query agents.find` for what has no path. */
  name: string;
  method: string;
  path: string;
  meta: RouteMeta;
  /** Also reached through tRPC under this name. */
  procedure?: { path: string; type: 'query' | 'mutation' | 'subscription' };
}

/** Everything that can be asked, from the router and the declarations themselves. */
export function allRoutes(): KnownRoute[] {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>).map(([path, { _def }]): KnownRoute => {
    const meta = (_def.meta ?? {}) as RouteMeta;
    const procedure = { path, type: _def.type };
    return meta.openapi && meta.openapi.enabled !== false
      ? { name: `${meta.openapi.method} ${meta.openapi.path}`, method: meta.openapi.method, path: meta.openapi.path, meta, procedure }
      : { name: `tRPC ${_def.type} ${path}`, method: _def.type === 'mutation' ? 'POST' : 'GET', path: '', meta, procedure };
  });
  const declared = declaredRoutes.map(({ meta }): KnownRoute => ({ name: `${meta.openapi.method} ${meta.openapi.path}`, method: meta.openapi.method, path: meta.openapi.path, meta }));
  return [...procedures, ...declared];
}

/** The path with its parameters filled in. */
export const fillPath = (path: string, ids: Record<string, string>): string => path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? 'unknown'));
