// One description of a route: method, path, who may call it, and the shapes of what goes in and out.
// The server checks requests with it, the web UI and the command line call by it, and OpenAPI is printed from it.
import type { Static, TSchema } from 'typebox';

/** Who may call: `public` anyone, then the least role; `guest` is anyone who is known. A route without one cannot be written. */
export type RouteAccess = 'public' | 'guest' | 'viewer' | 'editor' | 'admin';

export interface Route<Params extends TSchema = TSchema, Query extends TSchema = TSchema, Body extends TSchema = TSchema, Reply extends TSchema = TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path with `:name` places. */
  readonly path: string;
  readonly access: RouteAccess;
  /**
   * What grants are asked about: the model, the run or the trace of the path, or whatever the handler shows (`seen`). Absent: the role alone decides, and guests are
   * refused.
   */
  readonly on?: 'model' | 'run' | 'trace' | 'seen';
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly reply?: Reply;
}

/** Keeps the exact types of a route's schemas. */
export function route<const P extends TSchema, const Q extends TSchema, const B extends TSchema, const R extends TSchema>(
  definition: Route<P, Q, B, R>,
): Route<P, Q, B, R> {
  return definition;
}

type Part<S> = S extends TSchema ? (TSchema extends S ? undefined : Static<S>) : undefined;
export type ParamsOf<R> = R extends Route<infer P, infer _Q, infer _B, infer _R> ? Part<P> : never;
export type QueryOf<R> = R extends Route<infer _P, infer Q, infer _B, infer _R> ? Part<Q> : never;
export type BodyOf<R> = R extends Route<infer _P, infer _Q, infer B, infer _R> ? Part<B> : never;
export type ReplyOf<R> = R extends Route<infer _P, infer _Q, infer _B, infer S> ? Part<S> : never;
