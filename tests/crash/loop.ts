// tests/crash: the loop, round after round: the world changes, the devices drift, an alert opens, a trigger asks for a retraining, which collects what
// was labelled, and its version is rolled out; then a broken version is, and goes back. Every question to the server is asked again while it is down.
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '@holdfast/base';
import type { RolloutView } from '@holdfast/protocol/rest';
import type { Program } from '../load/program.ts';
import { type House, model, programsOf } from './house.ts';
import { firstWorkflow, probation, retrainWorkflow, sets, watch_ms, waves } from './workflows.ts';

const workflow = 'retrain';
const labelled_at_once = 200;
export const cooldown_ms = 120_000;
const ask_again_ms = 250;

/** Where the loop stands; a run with kills has to end where one without ends. */
export interface EndState {
  readonly devices_on_champion: string;
  readonly champion_is_of_this_world: boolean;
  readonly alerts_open: number;
  readonly executions_running: number;
  readonly rollouts_open: number;
  /** A round makes one version by retraining and one that is broken; the first version is beside them. Who trains twice on one world gets the same version. */
  readonly versions_beyond_two_a_round: number;
  /** Each execution asks for one rollout, each round for one of a broken version, which stops. A round that outlasts the cooldown may be retrained twice. */
  readonly rollouts_not_asked_for: number;
  readonly rollouts_stopped_a_round: number;
  /** The first, and one for each retraining. */
  readonly dataset_versions_not_collected: number;
}

/** Where every run has to end, whatever was killed on the way. */
export const settled: EndState = {
  devices_on_champion: '2 of 2',
  champion_is_of_this_world: true,
  alerts_open: 0,
  executions_running: 0,
  rollouts_open: 0,
  versions_beyond_two_a_round: 0,
  rollouts_not_asked_for: 0,
  rollouts_stopped_a_round: 1,
  dataset_versions_not_collected: 0,
};

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

export class Loop {
  readonly #house: House;
  #pipeline = '';
  #sample_after = 0;
  rounds = 0;

  constructor(house: House) {
    this.#house = house;
  }

  /** Brings the first version to both devices. */
  async begin(): Promise<void> {
    const { client, world } = this.#house;
    this.#pipeline = await this.#upload({ dataset: { name: model }, model: { name: model }, preproc: { pipeline: [] }, postproc: { pipeline: ['argmax'] } });
    const note = { about: 'nothing was collected yet' };
    const files = [{ path: 'about.json', sha256: await this.#upload(note), size_bytes: JSON.stringify(note).length }];
    for (const name of Object.values(sets)) await client.call('datasetCommit', { params: { name }, body: { files, note: 'the first' } });
    await client.call('workflowPut', { params: { name: 'first' }, body: { steps: firstWorkflow({ world, pipeline: this.#pipeline }) } });
    await client.call('workflowPut', { params: { name: workflow }, body: { steps: retrainWorkflow({ world, pipeline: this.#pipeline }) } });
    await client.call('executionStart', { params: { name: 'first' }, body: { key: 'first', cause: 'the first version' } });
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
    await this.#breakOnce(limit_s);
  }

  async #upload(value: object): Promise<string> {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = createHash('sha256').update(bytes).digest('hex');
    await ask(() => this.#house.client.raw('PUT', `/api/v1/blobs/${digest}`, { bytes }));
    return digest;
  }

  /** A version that ends the program at once: its canary has to go back by itself, and nobody else may see it. */
  async #breakOnce(limit_s: number): Promise<void> {
    const { client } = this.#house;
    const digest = await this.#upload({ broken: true, round: this.rounds });
    const { version } = await ask(() => client.call('modelRegister', { params: { name: model }, body: { digest } }));
    const profile = await this.#profileOfChampion();
    await ask(() => client.call('bundleBuild', { params: { name: model, version }, body: { pipeline: this.#pipeline, profile } }));
    const order = { model, version, waves: [...waves], watch_ms, probation: { ...probation, crashes_max: 0 }, key: `broken-${this.rounds}` };
    const { id } = await ask(() => client.call('rolloutCreate', { body: order }));
    const end_ms = performance.now() + limit_s * 1000;
    for (;;) {
      const rollout = await ask(() => client.call('rolloutShow', { params: { id } }));
      if (rollout.state === 'stopped') return this.#untilSettled(this.rounds * 5, limit_s);
      if (rollout.state !== 'running' || performance.now() > end_ms) throw new Error(`the rollout of a broken version stands at ${JSON.stringify(rollout)}`);
      await sleep(500);
    }
  }

  async #untilSettled(level: number, limit_s: number): Promise<void> {
    const end_ms = performance.now() + limit_s * 1000;
    for (;;) {
      await this.#label();
      const state = await this.state(level);
      const settled =
        state.devices_on_champion === '2 of 2' && state.champion_is_of_this_world && state.alerts_open + state.executions_running + state.rollouts_open === 0;
      if (settled) return;
      if (performance.now() > end_ms) throw new Error(`round ${this.rounds} took longer than ${limit_s} s; it stands at ${JSON.stringify(state)}`);
      await sleep(500);
    }
  }

  /** The person who labels: every sample has a class, by its number. */
  async #label(): Promise<void> {
    const { client } = this.#house;
    const query = { model, labelled: false, after: this.#sample_after, limit: labelled_at_once };
    const { samples } = await ask(() => client.call('sampleList', { query }));
    if (samples.length === 0) return;
    await ask(() => client.call('sampleLabel', { body: { labels: samples.map(({ id, reference }) => ({ id, label: reference % 2 })) } }));
    this.#sample_after = samples.at(-1)!.id;
  }

  async state(level = this.rounds * 5): Promise<EndState> {
    const { client } = this.#house;
    const { devices } = await ask(() => client.call('deviceList', {}));
    const { alerts } = await ask(() => client.call('alertList', { query: { state: 'open' } }));
    const { executions } = await ask(() => client.call('executionList', { query: { limit: 200 } }));
    const { rollouts } = await ask(() => client.call('rolloutList', { query: { limit: 200 } }));
    const { versions } = await ask(() => client.call('datasetShow', { params: { name: sets.train } }));
    const { champion, known } = await this.#champion();
    const digest = createHash('sha256').update(JSON.stringify({ level })).digest('hex');
    const on_champion = devices.filter((d) => d.current?.model_version === champion?.version && d.install?.state !== 'probation').length;
    const is = (...states: RolloutView['state'][]) => rollouts.filter((r) => states.includes(r.state)).length;
    return {
      devices_on_champion: `${on_champion} of ${devices.length}`,
      champion_is_of_this_world: champion?.digest === digest,
      alerts_open: alerts.length,
      executions_running: executions.filter((e) => e.state === 'running').length,
      rollouts_open: is('running', 'paused'),
      versions_beyond_two_a_round: known - 1 - 2 * this.rounds,
      rollouts_not_asked_for: rollouts.length - executions.length - this.rounds,
      rollouts_stopped_a_round: this.rounds === 0 ? 0 : is('stopped') / this.rounds,
      dataset_versions_not_collected: versions.length - executions.length,
    };
  }

  async #champion() {
    try {
      const { aliases, versions } = await ask(() => this.#house.client.call('modelShow', { params: { name: model } }));
      const at = aliases.find((a) => a.alias === 'champion')?.version;
      return { champion: versions.find((v) => v.version === at), known: versions.length };
    } catch (error) {
      if (error instanceof HoldfastError && error.status === 404) return { champion: undefined, known: 0 }; // not registered yet
      throw error;
    }
  }

  async #profileOfChampion(): Promise<string> {
    const { champion } = await this.#champion();
    const { bundles } = await ask(() => this.#house.client.call('modelVersionShow', { params: { name: model, version: champion!.version } }));
    return bundles[0]!.profile;
  }
}
