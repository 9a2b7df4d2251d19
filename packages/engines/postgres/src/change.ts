// postgres: a change of something that people care about, and who made it. A room writes the row of its change in the transaction of the
// change, by the port that main gives it; the table behind the port belongs to access alone.
import type { Db } from './database.ts';

/** Who changes something: `user:NAME`, `token:NAME`, `device:ID`, `rollout:ID`, `step:EXECUTION/STEP`, `trigger:NAME` or `server`. */
export interface Actor {
  readonly name: string;
  /** Where it came from: a network address, or `server` for what the server does by itself. */
  readonly source: string;
}

export interface Change {
  readonly by: Actor;
  /** Noun and verb, such as `device.remove`. */
  readonly action: string;
  readonly object: string;
  /** Null where there was nothing before. */
  readonly before: unknown;
  /** Null where there is nothing after. */
  readonly after: unknown;
}

/** Writes the row of a change. Where it cannot be written, the transaction fails, and the change with it. */
export type Audit = (trx: Db, change: Change) => Promise<void>;

/** An actor inside of the server: a mover, a step, a trigger, or the server itself. */
export const serverActor = (name = 'server'): Actor => ({ name, source: 'server' });
