// closed-loop: the story, step by step. Each step waits for what really happened and fails, by name, where it did not.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@holdfast/client';
import type { AlertView, ExecutionView, RolloutView } from '@holdfast/protocol/rest';
import { type Camera, breakCamera, makeCameras, startCamera, startServer } from './fleet.ts';
import { Labeller } from './labels.ts';
import { places } from './places.ts';
import type { Processes } from './processes.ts';
import { type DeviceResult, table } from './table.ts';
import { step, tell, waitFor } from './tell.ts';
import { accuracyOf, isFaulty, readTruth } from './truth.ts';
import { firstWorkflow, holdout_set, labelled_min, model, retrainWorkflow, rollout_settings, train_set } from './workflow.ts';

const inferences_watched = 800;
/** A connection that breaks is seen a moment before the end of the process behind it. */
const lost_after_ms = 10_000;

export interface StoryOptions {
  readonly folder: string;
  readonly port: number;
  readonly seed: number;
  readonly processes: Processes;
}

export class Story {
  readonly #o: StoryOptions;
  readonly #cameras: Camera[];
  #client!: Client;
  #devices = new Map<string, Camera>();
  #pipeline = '';
  readonly #started_ms = Date.now();
  #fault_ms = 0;
  link = '';

  constructor(options: StoryOptions) {
    this.#o = options;
    this.#cameras = makeCameras(path.join(options.folder, 'cameras'));
  }

  async tell(): Promise<readonly DeviceResult[]> {
    await this.#open();
    const first = await this.#firstVersion();
    await this.#watchHealthy();
    await this.#step('The lens of cam-harbour fogs, and the gain of cam-roof is wrong (image operations on what the camera reads)', () => this.#breakCameras());
    const alerts = await this.#step('The devices notice by themselves, without labels', () => this.#alertsOfBoth());
    for (const alert of alerts) {
      tell(`  alert: ${alert.title}, since ${new Date(alert.since_ms).toISOString()}`);
      tell(`  cause: ${alert.cause}`);
    }
    const { version: retrained, execution } = await this.#step('The trigger starts the retraining; a person labels a few hundred images meanwhile', () =>
      this.#retrain(alerts),
    );
    await this.#rollOutRetrained(first, retrained, execution);
    const resolved = await this.#step('What was found resolves', () => this.#resolved(alerts));
    await this.#step('The retrained version is watched', () => this.#watchVersion(retrained));
    await this.#brokenVersion(retrained);
    const results = await this.#results(resolved, { first, retrained });
    process.stdout.write(`\n${table(results)}\n\n`);
    checkResults(results);
    return results;
  }

  /** A step fails by its name, also where a process that it rests on is gone: the lost process is the reason, not the question that it left open. */
  #step<T>(name: string, act: () => Promise<T>): Promise<T> {
    const { lost } = this.#o.processes;
    const acted = async (): Promise<T> => {
      try {
        return await act();
      } catch (error) {
        await Promise.race([lost, sleep(lost_after_ms)]);
        throw error;
      }
    };
    return step(name, () => Promise.race([acted(), lost]));
  }

  async #open(): Promise<void> {
    const { processes, folder, port } = this.#o;
    const token = `demo-${randomBytes(16).toString('hex')}`;
    await this.#step('The platform starts: server, web UI, scheduler, worker, PostgreSQL, on one data folder', async () => {
      const started = await startServer(processes, folder, { port, token });
      this.#client = started.client;
      this.link = started.link;
    });
    tell(`  open ${this.link} (one login, 30 minutes)`);
    await this.#step('Real handwritten digits (MNIST; CC BY-SA 3.0, Yann LeCun and Corinna Cortes) become two datasets', () => this.#addDatasets());
    await this.#step('Four camera devices join: an agent each, which keeps an inference program running', async () => {
      const { address } = await this.#client.call('joinTokenCreate', { body: { name: 'cameras', uses_max: this.#cameras.length } });
      for (const [i, camera] of this.#cameras.entries()) await startCamera(processes, camera, address, this.#o.seed + i);
      const { devices } = await this.#client.call('deviceList', {});
      this.#devices = new Map(devices.map((d) => [d.id, this.#cameras.find((c) => c.name === d.name)!]));
    });
  }

  async #addDatasets(): Promise<void> {
    const folder = path.join(this.#o.folder, 'data');
    await this.#o.processes.run('prepare', [places.prepare, folder]);
    this.#pipeline = await this.#upload(places.pipeline);
    for (const [name, from] of [
      [train_set, 'train'],
      [holdout_set, 'heldout'],
    ] as const) {
      const files = [];
      for (const file of ['images.idx', 'labels.idx']) {
        const sha256 = await this.#upload(path.join(folder, from, file));
        files.push({ path: file, sha256, size_bytes: (await readFile(path.join(folder, from, file))).length });
      }
      await this.#client.call('datasetCommit', { params: { name }, body: { files, note: 'MNIST digits, clean' } });
    }
    await this.#client.call('workflowPut', { params: { name: 'digits-first' }, body: { steps: firstWorkflow(this.#pipeline) } });
    await this.#client.call('workflowPut', { params: { name: 'digits-retrain' }, body: { steps: retrainWorkflow(this.#pipeline) } });
  }

  async #upload(file: string): Promise<string> {
    const bytes = await readFile(file);
    const digest = createHash('sha256').update(bytes).digest('hex');
    await this.#client.raw('PUT', `/api/v1/blobs/${digest}`, { bytes });
    return digest;
  }

  /** Trains version 1 and brings it to all four. */
  async #firstVersion(): Promise<number> {
    await this.#step('A workflow trains the first model, evaluates it, and rolls it out', async () => {
      const { id } = await this.#client.call('executionStart', { params: { name: 'digits-first' }, body: { cause: 'the first version' } });
      const execution = await this.#execution(id, 180);
      await this.#rollout(execution.id, 120);
    });
    await this.#client.call('triggerPut', {
      params: { name: 'digits-drift' },
      body: { workflow: 'digits-retrain', on: { kind: 'alert', model }, cooldown_ms: 600_000 },
    });
    const version = (await this.#client.call('modelShow', { params: { name: model } })).versions[0]!.version;
    tell(`  ${model} version ${version} runs on ${(await this.#runningOn(version)).length} devices`);
    return version;
  }

  async #watchHealthy(): Promise<void> {
    await this.#step('The cameras read digits', () =>
      waitFor(120, async () => {
        const counts = await Promise.all(this.#cameras.map(async (c) => (await readTruth(c.truth)).length));
        const least = Math.min(...counts);
        return { so_far: `${least} of ${inferences_watched} inferences on the slowest camera`, ...(least >= inferences_watched ? { done: true } : {}) };
      }),
    );
  }

  async #breakCameras(): Promise<void> {
    this.#fault_ms = Date.now();
    for (const camera of this.#cameras.filter((c) => c.fault)) await breakCamera(camera);
  }

  /** The alerts that name the two faulty cameras, and nothing else, since a moment after the fault, with a cause: two faults are one alert or two, by how alike they look. */
  async #alertsOfBoth(): Promise<readonly AlertView[]> {
    const names = (devices: readonly { name: string }[]) => [...new Set(devices.map((d) => d.name))].toSorted().join(', ');
    const faulty = names(this.#cameras.filter((c) => c.fault));
    const alerts = await waitFor(180, async () => {
      const { alerts: open } = await this.#client.call('alertList', { query: { state: 'open' } });
      const found = names(open.flatMap((a) => a.devices));
      const done = open.toSorted((a, b) => a.since_ms - b.since_ms);
      return { so_far: found ? `alerts are open, with ${found}` : 'no alert yet', ...(found.split(', ').length >= 2 ? { done } : {}) };
    });
    const devices = alerts.flatMap((a) => a.devices);
    if (names(devices) !== faulty) throw new Error(`the alerts name ${names(devices)}; faulty are ${faulty}`);
    for (const { since_ms, cause } of alerts) {
      if (since_ms < this.#fault_ms) throw new Error(`an alert is since ${since_ms}, before the fault at ${this.#fault_ms}`);
      if (cause === '') throw new Error('an alert names no cause');
    }
    const without = devices.filter((d) => d.features.length === 0);
    if (without.length > 0) throw new Error(`an alert names no feature of ${names(without)}`);
    return alerts;
  }

  async #retrain(alerts: readonly AlertView[]): Promise<{ version: number; execution: string }> {
    const labeller = new Labeller(this.#client, this.#devices);
    const id = await waitFor(30, async () => {
      const shown = await Promise.all(alerts.map((alert) => this.#client.call('alertShow', { params: { id: alert.id } })));
      const firings = shown.flatMap((alert) => alert.firings);
      const started = firings.find((f) => f.execution !== null)?.execution;
      return { so_far: `${firings.length} firings of triggers`, ...(started ? { done: started } : {}) };
    });
    tell(
      `  workflow digits-retrain started by ${(await this.#client.call('executionShow', { params: { id } })).cause}; it waits for ${labelled_min} labelled images of each faulty camera`,
    );
    const execution = await this.#execution(id, 240, () => labeller.turn());
    tell(`  ${labeller.labelled} images were labelled`);
    return { version: Number(execution.steps.find((s) => s.name === 'register')!.outputs['version']), execution: id };
  }

  async #rollOutRetrained(first: number, retrained: number, execution: string): Promise<void> {
    const { metrics, lineage } = await this.#client.call('modelVersionShow', { params: { name: model, version: retrained } });
    if (Object.values(lineage).includes(null)) throw new Error(`the lineage of version ${retrained} is not whole: ${JSON.stringify(lineage)}`);
    const show = (key: string) => `${(100 * (metrics[key] ?? Number.NaN)).toFixed(1)} %`;
    tell(
      `  gate: version ${retrained} is right on ${show('candidate.collected')} of the collected images (version ${first}: ${show('baseline.collected')}), on ${show('candidate.clean')} of clean ones (${show('baseline.clean')})`,
    );
    await this.#step(`Version ${retrained} goes to one canary device, is watched, and goes to the rest`, () => this.#rollout(execution, 180));
    if ((await this.#runningOn(retrained)).length !== this.#cameras.length)
      throw new Error(`version ${retrained} runs on ${(await this.#runningOn(retrained)).join(', ')} only`);
  }

  #resolved(alerts: readonly AlertView[]): Promise<readonly AlertView[]> {
    return waitFor(120, async () => {
      const shown = await Promise.all(alerts.map((alert) => this.#client.call('alertShow', { params: { id: alert.id } })));
      const left = shown.flatMap((alert) => alert.devices).flatMap((d) => (d.cleared_ms === null ? [d.name] : []));
      return { so_far: `still drifted: ${left.join(', ')}`, ...(shown.every((alert) => alert.state === 'resolved') ? { done: shown } : {}) };
    });
  }

  async #watchVersion(version: number): Promise<void> {
    await waitFor(120, async () => {
      const counts = await Promise.all(this.#cameras.map(async (c) => (await readTruth(c.truth)).filter((l) => l.model_version === version).length));
      const least = Math.min(...counts);
      return { so_far: `${least} of ${inferences_watched} inferences of version ${version}`, ...(least >= inferences_watched ? { done: true } : {}) };
    });
  }

  /** A version whose weights never learned anything, under the profile of the good one: what a broken export brings. */
  async #brokenVersion(good: number): Promise<void> {
    const stopped = await this.#step('A deliberately broken version is rolled out', async () => {
      const file = path.join(this.#o.folder, 'broken.onnx');
      await this.#o.processes.run('untrained', [places.untrained, file, '--seed', '99']);
      const { version } = await this.#client.call('modelRegister', { params: { name: model }, body: { digest: await this.#upload(file) } });
      const profile = (await this.#client.call('modelVersionShow', { params: { name: model, version: good } })).bundles[0]!.profile;
      await this.#client.call('bundleBuild', { params: { name: model, version }, body: { pipeline: this.#pipeline, profile } });
      const { waves, watch_ms, ...probation } = rollout_settings;
      const settings = Object.fromEntries(Object.entries(probation).map(([key, value]) => [key, Number(value)]));
      const { id } = await this.#client.call('rolloutCreate', {
        body: { model, version, waves: waves.split(','), watch_ms: Number(watch_ms), probation: settings },
      });
      return this.#rolloutEnds(id, 120);
    });
    if (stopped.state !== 'stopped') throw new Error(`the rollout of the broken version is ${stopped.state}: ${stopped.reason}`);
    const touched = stopped.assignments.filter((a) => a.state === 'failed');
    const untouched = stopped.assignments.filter((a) => a.state === 'cancelled');
    if (touched.length !== 1 || untouched.length !== this.#cameras.length - 1)
      throw new Error(`expected one canary and ${this.#cameras.length - 1} untouched devices, saw ${JSON.stringify(stopped.assignments)}`);
    tell(`  the canary ${touched[0]!.name} rolled itself back: ${touched[0]!.error}`);
    await this.#step('The rollout has stopped, and the other devices never saw that version', async () => {
      await this.#neverSaw(stopped);
      await waitFor(30, async () => {
        const on = await this.#runningOn(good);
        return { so_far: `version ${good} runs on ${on.join(', ')}`, ...(on.length === this.#cameras.length ? { done: true } : {}) };
      });
    });
  }

  async #neverSaw({ model_version, assignments }: RolloutView): Promise<void> {
    for (const camera of this.#cameras) {
      const seen = (await readTruth(camera.truth)).filter((l) => l.model_version === model_version).length;
      const canary = assignments.find((a) => a.name === camera.name)?.state === 'failed';
      if (canary !== seen > 0) throw new Error(`${camera.name} made ${seen} inferences with version ${model_version}`);
    }
  }

  /** Waits for the end of an execution that must succeed; `meanwhile` runs at each look. */
  async #execution(id: string, limit_s: number, meanwhile: () => Promise<void> = async () => {}): Promise<ExecutionView> {
    let told = new Set<string>();
    return waitFor(limit_s, async () => {
      await meanwhile();
      const execution = await this.#client.call('executionShow', { params: { id } });
      for (const done of execution.steps.filter((s) => s.state === 'succeeded' && !told.has(s.name))) {
        told = told.add(done.name);
        tell(`  ${done.name}: done in ${(((done.finished_ms ?? 0) - (done.started_ms ?? 0)) / 1000).toFixed(1)} s`);
      }
      const failed = execution.steps.find((s) => s.state === 'failed');
      if (failed) throw new Error(`${failed.name}: ${failed.error ?? 'no reason was given'}`);
      const at = execution.steps.find((s) => s.state !== 'succeeded');
      const percent = at?.progress ? ` ${Math.round(100 * at.progress)} %` : '';
      return {
        so_far: `${at?.name ?? 'end'}: ${at?.wait_reason ?? at?.state ?? ''}${percent}`,
        ...(execution.state === 'succeeded' ? { done: execution } : {}),
      };
    });
  }

  /** Waits for the rollout that an execution asked for; it must succeed. */
  async #rollout(execution: string, limit_s: number): Promise<void> {
    const id = await waitFor(30, async () => {
      const { rollouts } = await this.#client.call('rolloutList', {});
      const found = rollouts.find((r) => r.cause === `execution ${execution}`);
      return { so_far: 'no rollout yet', ...(found ? { done: found.id } : {}) };
    });
    const rollout = await this.#rolloutEnds(id, limit_s);
    if (rollout.state !== 'succeeded') throw new Error(`the rollout is ${rollout.state}: ${rollout.reason}`);
  }

  #rolloutEnds(id: string, limit_s: number): Promise<RolloutView> {
    let told = '';
    return waitFor(limit_s, async () => {
      const rollout = await this.#client.call('rolloutShow', { params: { id } });
      if (rollout.reason !== told) tell(`  ${rollout.reason}`);
      told = rollout.reason;
      const counts = rollout.waves.map((w) => `wave ${w.number}: ${w.counts.healthy} of ${w.devices} healthy`).join(', ');
      return { so_far: counts, ...(rollout.state === 'running' || rollout.state === 'paused' ? {} : { done: rollout }) };
    });
  }

  async #runningOn(version: number): Promise<string[]> {
    const { devices } = await this.#client.call('deviceList', {});
    return devices.filter((d) => d.current?.model_version === version && d.install?.state !== 'probation').map((d) => d.name);
  }

  async #results(resolved: readonly AlertView[], versions: { first: number; retrained: number }): Promise<DeviceResult[]> {
    const { alerts } = await this.#client.call('alertList', {});
    const { devices } = await this.#client.call('deviceList', {});
    return Promise.all(
      this.#cameras.map(async (camera): Promise<DeviceResult> => {
        const device = devices.find((d) => d.name === camera.name)!;
        const suspicions_ms = await this.#suspicions(device.id);
        const lines = await readTruth(camera.truth);
        const old = lines.filter((l) => l.model_version === versions.first);
        const changed = (l: (typeof lines)[number]) => (camera.fault ? isFaulty(l) : l.at_ms >= this.#fault_ms);
        return {
          name: camera.name,
          fault: camera.fault?.words ?? 'none',
          before: accuracyOf(old.filter((l) => !changed(l))),
          during: accuracyOf(old.filter(changed)),
          after: accuracyOf(lines.filter((l) => l.model_version === versions.retrained)),
          samples_to_detection: camera.fault
            ? samplesToDetection(
                suspicions_ms.find((at) => at >= this.#fault_ms),
                lines.filter(isFaulty),
              )
            : null,
          seconds_to_healthy: secondsToHealthy(resolved, device.id),
          bytes: device.bytes_received + device.bytes_sent,
          false_alarms: camera.fault ? 0 : alerts.flatMap((a) => a.devices).filter((d) => d.id === device.id).length + suspicions_ms.length,
        };
      }),
    );
  }

  /** When the device held itself to be drifted, over the whole story. A canary's broken version is judged by its probation, not by these. */
  async #suspicions(device: string): Promise<number[]> {
    const { marks } = await this.#client.call('deviceTimeline', { params: { id: device }, query: { from_ms: this.#started_ms, to_ms: Date.now() } });
    return marks.filter((m) => m.kind === 'drift_suspected').map((m) => m.at_ms);
  }
}

function samplesToDetection(said_ms: number | undefined, faulty: readonly { at_ms: number }[]): number | null {
  return said_ms === undefined ? null : faulty.filter(({ at_ms }) => at_ms <= said_ms).length;
}

function secondsToHealthy(alerts: readonly AlertView[], device: string): number | null {
  const times = alerts.flatMap(({ since_ms, devices }) => devices.filter((d) => d.id === device).map(({ cleared_ms }) => ({ since_ms, cleared_ms })));
  const [found] = times;
  return found && found.cleared_ms !== null ? (found.cleared_ms - found.since_ms) / 1000 : null;
}

/** The promises of the last screen; the story fails where one does not hold. */
function checkResults(results: readonly DeviceResult[]): void {
  for (const r of results) {
    const [before, during, after] = [r.before?.share ?? 0, r.during?.share ?? 1, r.after?.share ?? 0];
    if (r.fault === 'none' && r.false_alarms > 0) throw new Error(`${r.name} is healthy and had ${r.false_alarms} false alarms`);
    if (r.fault !== 'none' && r.samples_to_detection === null) throw new Error(`${r.name} never said that it holds itself to be drifted`);
    if (r.fault !== 'none' && r.seconds_to_healthy === null) throw new Error(`${r.name} never became healthy again`);
    if (r.fault !== 'none' && !(during < before - 0.1)) throw new Error(`the fault of ${r.name} did not hurt: ${before} before, ${during} during`);
    if (r.fault !== 'none' && !(after > during + (before - during) / 2))
      throw new Error(`${r.name} did not recover: ${before} before, ${during} during, ${after} after`);
    if (r.fault === 'none' && !(after > before - 0.03)) throw new Error(`${r.name} became worse by the retraining: ${before} before, ${after} after`);
  }
}
