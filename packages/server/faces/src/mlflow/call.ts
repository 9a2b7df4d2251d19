// mlflow: what a handler gets and what it answers. A route without a handler answers 501; each group of routes is one file of handlers.
import type { Actor } from '@holdfast/postgres';
import type { May } from '../may.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { InputOf } from './fields.ts';
import type { MlflowRouteName, mlflowRoutes } from './routes/index.ts';

export interface MlflowCall<I> {
  readonly input: I;
  readonly by: Actor;
  /** What whoever asks may do. */
  readonly may: May;
  /** What stands in place of `*` in the path, decoded once. */
  readonly rest: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
/** The answer is an object that becomes JSON, or the reply, where the handler sent something else. */
export type MlflowHandlers = {
  readonly [K in MlflowRouteName]?: (call: MlflowCall<InputOf<(typeof mlflowRoutes)[K]['fields']>>) => Promise<unknown>;
};
