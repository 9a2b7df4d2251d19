// tests/crash: the loop, round after round: the world changes, the devices drift, an alert opens, a trigger asks for a retraining, and its
// version is rolled out. Every question to the server is asked again while it is down.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/base';
import type { StepDefinition } from '@holdfast/protocol/rest';
import type { Program } from '../load/program.ts';
import { type House, model, programsOf } from './house.ts';

const workflow = 'retrain';
export const cooldown_ms = 120_000;
const ask_again_ms = 250;

/** Where the loop stands; a run with kills has to end where one without ends. */
export interface EndState {
  readonly devices_on_newest: string;
  readonly newest_version_is_of_this_world: boolean;
  readonly alerts_open: number;
  readonly executions_running: number;
  readonly rollouts_open: number;
}

/** Asks until the server answers; an answer that is an error of the caller is one. */
export async function ask<T>(question: () => Promise<T>, limit_ms = 90_000): Promise<T> {
  const end_ms = performance.now() + limit_ms;
  for (;;) {
    try {
      return await question();
    } catch (error) {
      const again = error instanceof HoldfastError && (error.code === 'HF-CLI-003' || error.retryable);
      const cut = error instanceof TypeError || error instanceof SyntaxError; // fetch: the answer was cut in its middle
      if (!(again || cut) || performance.now() > end_ms) throw error;
      await sleep(ask_again_ms);
    }
  }
}

/** Fails when a program is gone; before the killing nobody may be. */
async function watchFor(lost: () => Program | undefined, is_over: () => boolean): Promise<void> {
  while (!is_over()) {
    const program = lost();
    if (program) throw new Error(`${program.name} ended by itself: ${program.said.slice(-1500)}`);
    await sleep(ask_again_ms);
  }
}

function steps(house: House, pipeline: string): StepDefinition[] {
  const argv = [process.execPath, path.join(import.meta.dirname, 'train.ts'), house.world];
  const probation = { inferences_min: '20', seconds_min: '1', seconds_max: '120', crashes_max: '20', suspect_windows_max: '3' };
  return [
    { name: 'train', kind: 'command', argv, outputs: { model: 'model.json', profile: 'profile.json' }, attempts_max: 20 },
    { name: 'register', kind: 'register', needs: ['train'], with: { model, file: 'step:train/model' }, attempts_max: 20 },
    {
      name: 'bundle',
      kind: 'bundle',
      needs: ['register'],
      with: { model, version: 'step:register/version', pipeline, profile: 'step:train/profile' },
      attempts_max: 20,
    },
    {
      name: 'rollout',
      kind: 'rollout',
      needs: ['bundle'],
      with: { model, version: 'step:register/version', waves: '1,100%', watch_ms: '1000', ...probation },
      attempts_max: 20,
    },
  ];
}

export class Loop {
  readonly #house: House;
  rounds = 0;

  constructor(house: House) {
    this.#house = house;
  }

  /** Brings the first version to both devices. */
  async begin(): Promise<void> {
    const { client } = this.#house;
    const bytes = Buffer.from(
      JSON.stringify({ dataset: { name: 'world' }, model: { name: model }, preproc: { pipeline: [] }, postproc: { pipeline: ['argmax'] } }),
    );
    const pipeline = createHash('sha256').update(bytes).digest('hex');
    await client.raw('PUT', `/api/v1/blobs/${pipeline}`, { bytes });
    await client.call('workflowPut', { params: { name: workflow }, body: { steps: steps(this.#house, pipeline) } });
    await client.call('executionStart', { params: { name: workflow }, body: { key: 'first', cause: 'the first version' } });
    const lost = () => programsOf(this.#house).find((program) => !program.running);
    let settled = false;
    await Promise.all([this.#untilSettled(0, 120).finally(() => (settled = true)), watchFor(lost, () => settled)]);
  }

  /** One round. The trigger listens before the world changes. */
  async round(limit_s: number): Promise<void> {
    const { client, world } = this.#house;
    this.rounds++;
    const body = { workflow, on: { kind: 'alert' as const, model }, cooldown_ms };
    await ask(() => client.call('triggerPut', { params: { name: `round-${this.rounds}` }, body }));
    await writeFile(world, String(this.rounds * 5));
    await this.#untilSettled(this.rounds * 5, limit_s);
    await ask(() => client.call('triggerPut', { params: { name: `round-${this.rounds}` }, body: { ...body, enabled: false } }));
  }

  async #untilSettled(level: number, limit_s: number): Promise<void> {
    const end_ms = performance.now() + limit_s * 1000;
    for (;;) {
      const state = await this.state(level);
      const settled =
        state.devices_on_newest === '2 of 2' &&
        state.newest_version_is_of_this_world &&
        state.alerts_open + state.executions_running + state.rollouts_open === 0;
      if (settled) return;
      if (performance.now() > end_ms) throw new Error(`round ${this.rounds} took longer than ${limit_s} s; it stands at ${JSON.stringify(state)}`);
      await sleep(500);
    }
  }

  async state(level = this.rounds * 5): Promise<EndState> {
    const { client } = this.#house;
    const { devices } = await ask(() => client.call('deviceList', {}));
    const { alerts } = await ask(() => client.call('alertList', { query: { state: 'open' } }));
    const { executions } = await ask(() => client.call('executionList', { query: { limit: 200 } }));
    const { rollouts } = await ask(() => client.call('rolloutList', { query: { limit: 200 } }));
    const newest = await this.#newest();
    const digest = createHash('sha256').update(JSON.stringify({ level })).digest('hex');
    const on_newest = devices.filter((d) => d.current?.model_version === newest?.version && d.install?.state !== 'probation').length;
    return {
      devices_on_newest: `${on_newest} of ${devices.length}`,
      newest_version_is_of_this_world: newest?.digest === digest,
      alerts_open: alerts.length,
      executions_running: executions.filter((e) => e.state === 'running').length,
      rollouts_open: rollouts.filter((r) => r.state === 'running' || r.state === 'paused').length,
    };
  }

  async #newest(): Promise<{ version: number; digest: string } | undefined> {
    try {
      const { versions } = await ask(() => this.#house.client.call('modelShow', { params: { name: model } }));
      return versions.toSorted((a, b) => b.version - a.version)[0];
    } catch (error) {
      if (error instanceof HoldfastError && error.status === 404) return undefined; // not registered yet
      throw error;
    }
  }
}
