import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import type { Principal } from '../auth/principal';
import type { Logger } from '../platform/logger';
import type { Answer } from './answer';
import type { Services } from './context';
import type { RouteAuth, RouteMeta } from './route-meta';

/** Bytes, in the document. */
export const binary = z.string().meta({ format: 'binary' });

export interface JsonBody<T extends z.ZodType = z.ZodType> {
  kind: 'json';
  schema: T;
  /** Where files may be within; else 1 MiB. */
  maxBytes?: number;
}

export interface FormBody<T extends z.ZodObject = z.ZodObject> {
  kind: 'form';
  /** The fields that are no files; numbers and booleans arrive as such. */
  fields: T;
  /** By field name; a file under another name is refused. */
  files: Record<string, { description: string; many?: boolean }>;
  /** At least one file unless 0. */
  minFiles?: number;
  maxFiles: number;
  maxFileBytes: number;
}

export interface BytesBody { kind: 'bytes'; types: readonly string[]; maxBytes: number }

export type RouteBody = JsonBody | FormBody | BytesBody;

export interface FormFile {
  field: string;
  filename: string;
  type: string;
  /** Fails with payload_too_large as soon as it has passed the limit. */
  stream: Readable;
}

export interface Form<T> {
  /** In the order they were sent; a file that was not read when the next is asked for is thrown away. */
  files(): AsyncIterable<FormFile>;
  /** Reads what is left, and gives the other fields, checked. */
  fields(): Promise<T>;
}

type BodyOf<B> =
  B extends JsonBody<infer T> ? z.output<T>
    : B extends FormBody<infer T> ? Form<z.output<T>>
      : B extends BytesBody ? { type: string; data: Buffer }
        : undefined;

export interface RouteRequest<S, A = RouteAuth, P = unknown, Q = unknown, B = unknown> {
  services: S;
  principal: A extends 'public' ? null : Principal;
  params: P;
  query: Q;
  body: B;
  headers: IncomingHttpHeaders;
  /** Aborts when the caller has gone, and for event streams when the process drains. */
  signal: AbortSignal;
  requestId: string;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface DeclaredAnswer {
  description: string;
  /** By media type; none for an answer without a body. */
  content?: Record<string, z.ZodType>;
}

/** A route that is no procedure: the same meta, its parameters by where they come from, its answers by status. */
export interface Route<S> {
  meta: RouteMeta & { openapi: NonNullable<RouteMeta['openapi']>; auth: RouteAuth };
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: RouteBody;
  answers: Record<number, DeclaredAnswer>;
  handle(request: RouteRequest<S>): Answer | Promise<Answer>;
}

type OutputOf<T> = T extends z.ZodType ? z.output<T> : Record<never, never>;

/** For routes that are handed services of their own kind, such as the gateway's, which answer in two processes. */
export const routesWith = <S>() =>
  <const M extends Route<S>['meta'], P extends z.ZodObject | undefined = undefined, Q extends z.ZodObject | undefined = undefined, B extends RouteBody | undefined = undefined>(
    route: Omit<Route<S>, 'meta' | 'params' | 'query' | 'body' | 'handle'> & {
      meta: M;
      params?: P;
      query?: Q;
      body?: B;
      handle(request: RouteRequest<S, M['auth'], OutputOf<P>, OutputOf<Q>, BodyOf<B>>): Answer | Promise<Answer>;
    },
  ): Route<S> => route as Route<S>;

/** A stream, an upload, audio: whatever a procedure cannot be. Add it to routes.ts. */
export const defineRoute = routesWith<Services>();
