import type { OpenApiMeta } from 'trpc-to-openapi';
import type { ErrorKind } from '../platform/errors';
import type { Role, Scope } from '../auth/principal';

/**
 * The one truth of a route: read by the REST adapter, by the tRPC guard and by the OpenAPI document.
 * Streams, multipart and audio routes declare the same beside their handler.
 */
export type RouteMeta = OpenApiMeta<{
  /** Success status; 200 unless said. */
  status?: number;
  /** Where parameters that are not in the path come from; by default the query for GET and DELETE, else the body. */
  in?: 'query' | 'body';
  auth?: RouteAuth;
  /** Error kinds the route can answer with, besides those that every route has. */
  errors?: readonly ErrorKind[];
}>;

/** `public` needs nobody; otherwise a principal with at least this role (and scope, for keys). */
export type RouteAuth = 'public' | { role: Role; scope?: Scope };
