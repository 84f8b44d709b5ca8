import type { OpenApiMeta } from 'trpc-to-openapi';
import type { ErrorKind } from '../platform/errors';
import type { Role, Scope } from '../auth/principal';

/**
 * The one truth of a route: read by the REST adapter, by the tRPC guard and by the OpenAPI document. Streams,
 * multipart and audio are no procedures, and declare the same beside their handler (define-route.ts).
 */
export type RouteMeta = OpenApiMeta<{
  /** Success status; 200 unless said. */
  status?: number;
  /** `query`: a POST whose parameters stand in the address. By default they do for GET and DELETE, and else in the body. */
  in?: 'query';
  auth?: RouteAuth;
  /** Error kinds the route can answer with, besides those that every route has. */
  errors?: readonly ErrorKind[];
  /** How often each caller (by principal, or by address where the route is public) may ask; 429 beyond. For what is costly or can be guessed. */
  limit?: { max: number; windowSeconds: number };
  /** Shown in the document; a test holds them to the schemas. */
  examples?: { request?: unknown; response?: unknown };
}>;

/**
 * `public` needs nobody; otherwise a principal with at least this role (and scope, for keys). `openNetworks`: callers from
 * PARLEY_OPEN_NETWORKS may too, whatever the role. It is for what the documented pages show without credentials, so that
 * their clients work unchanged; never for keys, people or what else would outlive the network's being open.
 */
export type RouteAuth = 'public' | { role: Role; scope?: Scope; openNetworks?: true };
