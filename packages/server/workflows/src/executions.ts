// Workflows and their executions: defined, started once for a key, cancelled, shown.
import { isDeepStrictEqual } from 'node:util';
import { type Clock, type RandomBytes, checkName, failure, makeId } from '@holdfast/base';
import { type Actor, type Audit, type Db, announce } from '@holdfast/postgres';
import type { ExecutionView, StepDefinition, StepView, WorkflowView } from '@holdfast/protocol/rest';
import type { Static } from '@holdfast/protocol/rest';
import { orderSteps } from './dag.ts';
import { checkDefinition } from './definition.ts';
import type { Steps } from './steps.ts';
import * as steps from './step-table.ts';
import type { StepRow } from './step-table.ts';
import * as table from './workflow-table.ts';
import type { ExecutionRow, Params } from './workflow-table.ts';

export interface Start {
  readonly workflow: string;
  /** The same key starts once; the second time gives the execution that is there. */
  readonly key?: string | undefined;
  readonly params?: Params | undefined;
  readonly cause: string;
  readonly trigger_request?: number | undefined;
  readonly by: Actor;
}

export class Executions {
  readonly #db: Db;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #audit: Audit;
  readonly #steps: Steps;

  constructor(options: { db: Db; clock: Clock; random: RandomBytes; audit: Audit; steps: Steps }) {
    this.#db = options.db;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#audit = options.audit;
    this.#steps = options.steps;
  }

  /** Makes the workflow, or its next version where the steps differ. Executions keep the version that they started with. */
  async define(name: string, definition: readonly StepDefinition[], by: Actor): Promise<WorkflowView> {
    checkName(name);
    const ordered = orderSteps(definition);
    checkDefinition(ordered);
    await this.#db.transaction().execute(async (trx) => {
      await table.lockName(trx, name);
      const last = await table.lastWorkflow(trx, name);
      if (last && isDeepStrictEqual(last.steps, ordered)) return; // jsonb keeps no order of keys
      const after = { version: (last?.version ?? 0) + 1, steps: ordered };
      await table.insertWorkflow(trx, { name, ...after, created_ms: this.#clock.wall_ms() });
      const before = last ? { version: last.version, steps: last.steps } : null;
      await this.#audit(trx, { by, action: 'workflow.define', object: name, before, after });
      await announce(trx, 'executions');
    });
    return this.workflow(name);
  }

  async start(start: Start, db: Db = this.#db): Promise<string> {
    const workflow = await table.lastWorkflow(db, start.workflow);
    if (!workflow) throw failure('HF-REQ-004', { kind: 'workflow', name: start.workflow });
    const id = makeId('exec', this.#random);
    const key = start.key ?? id;
    const begin = async (trx: Db): Promise<string> => {
      const row = {
        id,
        key,
        workflow: workflow.name,
        workflow_version: workflow.version,
        state: 'running',
        cause: start.cause,
        trigger_request: start.trigger_request ?? null,
        params: start.params ?? {},
        created_ms: this.#clock.wall_ms(),
        finished_ms: null,
      } as const;
      if (!(await table.insertExecution(trx, row))) return (await table.findByKey(trx, key))!.id;
      await steps.insertSteps(
        trx,
        workflow.steps.map((definition, position) => firstState(id, definition, position)),
      );
      const { workflow_version, cause, params } = row;
      const after = { workflow: row.workflow, workflow_version, cause, params };
      await this.#audit(trx, { by: start.by, action: 'execution.start', object: id, before: null, after });
      await announce(trx, 'executions');
      return id;
    };
    return db === this.#db ? this.#db.transaction().execute(begin) : begin(db);
  }

  async cancel(id: string, by: Actor): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      const execution = await table.lockExecution(trx, id);
      if (!execution) throw failure('HF-REQ-004', { kind: 'execution', name: id });
      if (execution.state !== 'running') throw failure('HF-FLOW-004', { execution: id, state: execution.state, action: 'cancelled' });
      await this.#steps.cancelAll(trx, id);
      await table.endExecution(trx, id, 'cancelled', this.#clock.wall_ms());
      await this.#audit(trx, { by, action: 'execution.cancel', object: id, before: { state: execution.state }, after: { state: 'cancelled' } });
      await announce(trx, 'executions');
    });
  }

  async execution(id: string): Promise<ExecutionView> {
    const row = await table.findExecution(this.#db, id);
    if (!row) throw failure('HF-REQ-004', { kind: 'execution', name: id });
    return (await this.#describe([row]))[0]!;
  }
  async executions(workflow: string | undefined, limit: number, state?: ExecutionView['state']): Promise<ExecutionView[]> {
    return this.#describe(await table.listExecutions(this.#db, { workflow, state, limit }));
  }
  countRunning(): Promise<number> {
    return table.countRunning(this.#db);
  }
  executionsOfRequests(requests: readonly number[]) {
    return table.executionsOfRequests(this.#db, requests);
  }

  /** The last definition, without its executions. */
  definition(name: string) {
    return table.lastWorkflow(this.#db, name);
  }
  async workflow(name: string): Promise<WorkflowView> {
    const row = await table.lastWorkflow(this.#db, name);
    if (!row) throw failure('HF-REQ-004', { kind: 'workflow', name });
    return { ...row, steps: [...row.steps], executions: await this.executions(name, 20) };
  }
  async workflows(): Promise<WorkflowView[]> {
    return Promise.all((await table.listWorkflows(this.#db)).map((row) => this.workflow(row.name)));
  }
  log(execution: string, step: string, after: number, limit: number) {
    return steps.readLog(this.#db, execution, step, after, limit);
  }

  async #describe(rows: readonly ExecutionRow[]): Promise<ExecutionView[]> {
    const all = await steps.stepsOf(
      this.#db,
      rows.map((row) => row.id),
    );
    return rows.map(({ key: _key, trigger_request: _request, ...row }) => ({
      ...row,
      params: { ...row.params },
      steps: all.filter((s) => s.execution === row.id).map(describeStep),
    }));
  }
}

function firstState(execution: string, definition: StepDefinition, position: number): StepRow {
  const needs = definition.needs ?? [];
  const state = needs.length === 0 ? 'ready' : 'blocked';
  return {
    execution, name: definition.name, position, kind: definition.kind, definition, needs, state, attempt: 0, fence: 0, worker: null, lease_until_ms: null, not_before_ms: null,
    started_ms: null, finished_ms: null, progress: null, wait_reason: needs.length === 0 ? null : `dependency: ${needs.join(', ')}`, error: null, outputs: {},
  }; // prettier-ignore
}

function describeStep(step: StepRow): Static<typeof StepView> {
  const { name, kind, needs, state, attempt, worker, started_ms, finished_ms, wait_reason, progress, error, outputs } = step;
  return {
    name,
    kind,
    needs,
    state,
    attempt,
    attempts_max: step.definition.attempts_max ?? 3,
    worker,
    started_ms,
    finished_ms,
    wait_reason,
    progress,
    error,
    outputs: { ...outputs },
  };
}
