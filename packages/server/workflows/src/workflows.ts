// Workflows: the mover. Reads triggers' requests, starts executions, takes lost leases back, and runs the platform's own steps.
import { type Clock, HoldfastError, type RandomBytes, failure } from '@holdfast/base';
import type { Datasets } from '@holdfast/datasets';
import { type Actor, type Audit, type Db, serverActor } from '@holdfast/postgres';
import type { ClaimedStep } from '@holdfast/protocol/rest';
import type { Registry } from '@holdfast/registry';
import type { Telemetry } from '@holdfast/telemetry';
import type { Tracking } from '@holdfast/tracking';
import type { Triggers } from '@holdfast/triggers';
import type { ActResult } from './act.ts';
import { runAct } from './acts.ts';
import { digestOfSteps, fillParams } from './dag.ts';
import { Executions } from './executions.ts';
import { resolveInput } from './inputs.ts';
import { type LogLine, addLog, addLogIn, closeLog, runOf } from './log.ts';
import { type Ending, type StepKey, Steps, lease_ms } from './steps.ts';
import * as steps from './step-table.ts';
import type { StepRow } from './step-table.ts';
import * as table from './workflow-table.ts';

export interface WorkflowRooms {
  readonly db: Db;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly audit: Audit;
  readonly triggers: Triggers;
  readonly datasets: Datasets;
  readonly registry: Registry;
  readonly telemetry: Telemetry;
  readonly tracking: Tracking;
}

const requests_a_turn = 100;
const wait_ms = 1_000;

export class Workflows {
  readonly #rooms: WorkflowRooms;
  readonly #steps: Steps;
  readonly executions: Executions;

  constructor(rooms: WorkflowRooms) {
    this.#rooms = rooms;
    const on_end = async (trx: Db, step: StepRow, succeeded: boolean): Promise<void> => {
      await rooms.tracking.end(runOf(step), succeeded ? 'finished' : 'failed', trx);
      await closeLog(trx, step, rooms.clock.wall_ms());
    };
    this.#steps = new Steps({ ...rooms, random: Math.random, on_end });
    this.executions = new Executions({ ...rooms, steps: this.#steps });
  }

  /** Makes or changes a trigger. Its workflow and its model must exist: a misspelt name would wait for ever. Fails with HF-REQ-004. */
  async putTrigger(row: Parameters<Triggers['put']>[0], by: Actor) {
    const { db, registry, triggers } = this.#rooms;
    await registry.model(row.model);
    if (!(await table.lastWorkflow(db, row.workflow))) throw failure('HF-REQ-004', { kind: 'workflow', name: row.workflow });
    return triggers.put(row, by);
  }

  /** One turn of the mover; true where there is more to do at once. */
  async turn(): Promise<boolean> {
    const more = await this.#startRequested();
    await this.#steps.reap();
    const step = await this.#steps.claim('server', false);
    if (!step) return more;
    await this.#act(step);
    return true;
  }

  /** An execution for each request of a trigger. The request is the key, so that a request starts one, whatever is killed when. */
  async #startRequested(): Promise<boolean> {
    const { db, triggers } = this.#rooms;
    return db.transaction().execute(async (trx) => {
      if (!(await triggers.takeTurn(trx, 'workflows'))) return false;
      const requests = await triggers.requestsAfter(trx, await table.readCursor(trx), requests_a_turn);
      for (const request of requests) {
        if (!(await table.lastWorkflow(trx, request.workflow))) continue; // of a trigger that an older release took under any name: its firing shows no execution
        await this.executions.start(
          {
            workflow: request.workflow,
            key: `trigger/${request.id}`,
            params: request.params,
            cause: request.cause,
            trigger_request: request.id,
            by: serverActor(`trigger:${request.trigger_name}`),
          },
          trx,
        );
      }
      if (requests.length > 0) await table.writeCursor(trx, requests.at(-1)!.id);
      return requests.length === requests_a_turn;
    });
  }

  async #act(step: StepRow): Promise<void> {
    const key = { execution: step.execution, name: step.name, fence: step.fence };
    const renewal = setInterval(() => void this.#steps.renew(key).catch(() => {}), lease_ms / 3); // a lost lease is told by the completion
    try {
      const result = await this.#runAct(step);
      if ('wait' in result) await this.#steps.wait(key, result.wait, wait_ms);
      else await this.#steps.complete(key, { outcome: 'succeeded', outputs: result.outputs });
    } catch (error) {
      await this.#endFailed(key, step, error as Error);
    } finally {
      clearInterval(renewal);
    }
  }

  async #runAct(step: StepRow): Promise<ActResult> {
    const { execution, code, output, stepNamed } = await this.#siblings(step);
    let number = 0;
    const log = (text: string) => addLog(this.#rooms, step, number++, [{ at_ms: this.#rooms.clock.wall_ms(), stream: 'server', text }]);
    return runAct(
      { ...this.#rooms, now_ms: () => this.#rooms.clock.wall_ms() },
      { step, params: execution.params, cause: execution.cause, code, output, stepNamed, log },
    );
  }

  async #endFailed(key: StepKey, step: StepRow, error: Error): Promise<void> {
    if (error instanceof HoldfastError && error.code === 'HF-FLOW-003') return; // given to another, or cancelled: this result is dropped
    const retry = error instanceof HoldfastError ? error.retryable : true;
    const text = error instanceof HoldfastError ? `${error.code} ${error.message}` : error.message;
    await addLog(this.#rooms, step, 10_000, [{ at_ms: this.#rooms.clock.wall_ms(), stream: 'server', text }]);
    await this.#steps.complete(key, { outcome: retry ? 'retry' : 'failed', error: text });
  }

  /** What a step may look at: its execution and the outputs of the steps before it. */
  async #siblings(step: Pick<StepRow, 'execution'>) {
    const { db } = this.#rooms;
    const execution = (await table.findExecution(db, step.execution))!;
    const all = await steps.stepsOf(db, [step.execution]);
    const stepNamed = (name: string) => all.find((s) => s.name === name);
    const code = `workflow:${execution.workflow}@${execution.workflow_version} sha256:${digestOfSteps(all.map((s) => s.definition))}`;
    return { execution, code, stepNamed, output: (name: string, key: string) => stepNamed(name)?.outputs[key] };
  }

  /** A worker takes a command step; its inputs are resolved to digests. Null where none is ready. */
  async claim(worker: string): Promise<ClaimedStep | null> {
    const step = await this.#steps.claim(worker, true);
    if (!step) return null;
    const key = { execution: step.execution, name: step.name, fence: step.fence };
    const { execution, output } = await this.#siblings(step);
    const sources = { datasets: this.#rooms.datasets, registry: this.#rooms.registry, output };
    try {
      const inputs: ClaimedStep['inputs'] = {};
      for (const [name, text] of Object.entries(step.definition.inputs ?? {})) inputs[name] = await resolveInput(fillParams(text, execution.params), sources);
      return {
        execution: step.execution,
        step: step.name,
        attempt: step.attempt,
        fence: step.fence,
        lease_ms,
        definition: step.definition,
        params: { ...execution.params },
        inputs,
      };
    } catch (error) {
      await this.#endFailed(key, step, error as Error);
      return null;
    }
  }
  renew(key: StepKey): Promise<void> {
    return this.#steps.renew(key);
  }
  complete(key: StepKey, ending: Ending): Promise<void> {
    return this.#steps.complete(key, ending);
  }

  /** Log lines of the fence that has the lease; a worker that lost it is refused. */
  async log(key: StepKey, first: number, lines: readonly LogLine[]): Promise<void> {
    if (lines.length === 0) return;
    const { db, tracking } = this.#rooms;
    await db.transaction().execute(async (trx) => {
      const step = await steps.lockStep(trx, key.execution, key.name);
      if (!step || step.fence !== key.fence || step.state !== 'running')
        throw failure('HF-FLOW-003', { step: key.name, expected: step?.fence ?? 0, saw: key.fence });
      await addLogIn(trx, tracking, step, first, lines);
    });
  }

  rolloutRequestsAfter(db: Db, id: number, limit: number) {
    return table.rolloutRequestsAfter(db, id, limit);
  }
  takeTurn(trx: Db, name: string): Promise<boolean> {
    return this.#rooms.triggers.takeTurn(trx, name);
  }
}
