// The life of steps: claimed with lease and fence, kept by renewal, ended exactly once. The end of a step, its outputs and
// the release of what needs it are one commit.
import { type Clock, backOff_ms, failure } from '@holdfast/base';
import { type Db, announce } from '@holdfast/postgres';
import { isFinished, nextState } from './step-states.ts';
import * as table from './step-table.ts';
import type { StepRow } from './step-table.ts';
import { endExecution, lockExecution } from './workflow-table.ts';

export const lease_ms = 30_000;
const attempts_default = 3;
const retry_rule = { base_ms: 2_000, max_ms: 300_000 } as const;

export interface StepKey {
  readonly execution: string;
  readonly name: string;
  readonly fence: number;
}
export type Ending =
  | { readonly outcome: 'succeeded'; readonly outputs: Readonly<Record<string, string>> }
  | { readonly outcome: 'failed' | 'retry'; readonly error: string };

export class Steps {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** Told of the end of each attempt, within its commit. */
  readonly #on_end: (trx: Db, step: StepRow, succeeded: boolean) => Promise<void>;

  constructor(options: { db: Db; clock: Clock; random: () => number; on_end: (trx: Db, step: StepRow, succeeded: boolean) => Promise<void> }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#on_end = options.on_end;
  }

  async claim(worker: string, command: boolean): Promise<StepRow | undefined> {
    const step = await table.claim(this.#db, { command, worker, now_ms: this.#clock.wall_ms(), lease_ms });
    if (step) await announce(this.#db, 'executions');
    return step;
  }

  /** Keeps the lease; fails with HF-FLOW-003 where the step was given to somebody else or has ended. */
  async renew(key: StepKey): Promise<void> {
    if (!(await table.renew(this.#db, key, this.#clock.wall_ms() + lease_ms))) throw await this.#fenced(this.#db, key);
  }

  /** Ends an attempt. The same end told twice is one; an old fence is refused with HF-FLOW-003. */
  async complete(key: StepKey, ending: Ending): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await lockExecution(trx, key.execution);
      const step = await table.lockStep(trx, key.execution, key.name);
      if (step && step.fence === key.fence && isFinished(step.state)) return;
      if (!step || step.fence !== key.fence || step.state !== 'running') throw await this.#fenced(trx, key);
      if (ending.outcome === 'succeeded') await this.#succeed(trx, step, ending.outputs);
      else await this.#fail(trx, step, ending.error, ending.outcome === 'retry');
      await announce(trx, 'executions');
    });
  }

  /** Puts a step back that has to wait for something outside; the try is not counted. */
  async wait(key: StepKey, reason: string, for_ms: number): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const step = await table.lockStep(trx, key.execution, key.name);
      if (!step || step.fence !== key.fence) throw await this.#fenced(trx, key);
      const state = nextState(step.state, 'wait');
      if (!state) return; // cancelled meanwhile
      await table.setStep(trx, step, {
        state,
        wait_reason: reason,
        not_before_ms: this.#clock.wall_ms() + for_ms,
        attempt: step.attempt - 1,
        lease_until_ms: null,
      });
      if (step.wait_reason !== reason) await announce(trx, 'executions');
    });
  }

  /** Takes steps back whose worker did not renew: a lost worker is noticed by its lease, always. */
  async reap(): Promise<void> {
    for (const lost of await table.leasesOver(this.#db, this.#clock.wall_ms())) {
      await this.#db.transaction().execute(async (trx) => {
        await lockExecution(trx, lost.execution);
        const step = await table.lockStep(trx, lost.execution, lost.name);
        if (!step || step.fence !== lost.fence || step.state !== 'running') return;
        await this.#fail(trx, step, `worker ${step.worker ?? ''} was lost: its lease ran out`, true);
        await announce(trx, 'executions');
      });
    }
  }

  async cancelAll(trx: Db, execution: string): Promise<void> {
    for (const step of await table.stepsOf(trx, [execution])) {
      const state = nextState(step.state, 'cancel');
      if (state) await table.setStep(trx, step, { state, finished_ms: this.#clock.wall_ms(), lease_until_ms: null, wait_reason: null });
    }
  }

  async #succeed(trx: Db, step: StepRow, outputs: Readonly<Record<string, string>>): Promise<void> {
    await this.#on_end(trx, step, true);
    await table.setStep(trx, step, { state: 'succeeded', finished_ms: this.#clock.wall_ms(), lease_until_ms: null, progress: 1, outputs });
    const steps = await table.stepsOf(trx, [step.execution]);
    const done = new Set(steps.filter((s) => s.state === 'succeeded').map((s) => s.name));
    for (const other of steps) {
      if (other.state === 'blocked' && other.needs.every((need) => done.has(need)))
        await table.setStep(trx, other, { state: 'ready', wait_reason: other.kind === 'command' ? 'capacity: no worker has taken it yet' : null });
    }
    await this.#endIfDone(trx, step.execution);
  }

  async #fail(trx: Db, step: StepRow, error: string, may_retry: boolean): Promise<void> {
    await this.#on_end(trx, step, false);
    const limit = step.definition.attempts_max ?? (may_retry ? attempts_default : 1);
    if (step.attempt < limit) {
      const now = this.#clock.wall_ms();
      const pause = Math.round(backOff_ms(step.attempt, retry_rule, this.#random));
      const set = {
        state: 'delayed',
        error,
        not_before_ms: now + pause,
        lease_until_ms: null,
        wait_reason: `backoff: try ${step.attempt + 1} of ${limit} in ${Math.ceil(pause / 1000)} s`,
      } as const;
      await table.setStep(trx, step, set);
      return;
    }
    await table.setStep(trx, step, { state: 'failed', error, finished_ms: this.#clock.wall_ms(), lease_until_ms: null });
    await this.#skipAfter(trx, step.execution);
    await this.#endIfDone(trx, step.execution);
  }

  /** What needs a step that did not succeed is skipped, and what needs that. */
  async #skipAfter(trx: Db, execution: string): Promise<void> {
    const steps = await table.stepsOf(trx, [execution]);
    const dead = new Set(steps.filter((s) => s.state === 'failed' || s.state === 'skipped').map((s) => s.name));
    for (const step of steps) {
      const need = step.needs.find((n) => dead.has(n));
      if (step.state !== 'blocked' || need === undefined) continue;
      dead.add(step.name);
      await table.setStep(trx, step, { state: 'skipped', finished_ms: this.#clock.wall_ms(), wait_reason: `${need} did not succeed` });
    }
  }

  async #endIfDone(trx: Db, execution: string): Promise<void> {
    const steps = await table.stepsOf(trx, [execution]);
    if (!steps.every((s) => isFinished(s.state))) return;
    await endExecution(trx, execution, steps.every((s) => s.state === 'succeeded') ? 'succeeded' : 'failed', this.#clock.wall_ms());
  }

  async #fenced(db: Db, key: StepKey) {
    const step = await table.findStep(db, key.execution, key.name);
    return failure('HF-FLOW-003', { step: key.name, expected: step?.fence ?? 0, saw: key.fence });
  }
}
