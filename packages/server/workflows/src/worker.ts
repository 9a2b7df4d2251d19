// The worker: takes command steps by lease, runs each as a process in a folder of its own, and hands log, outputs and outcome back.
// It ends the process itself before its lease can end, so that two workers never run one step to the end.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BackOff, type Clock, HoldfastError, backOff_ms, failure } from '@holdfast/base';
import { type RunningProcess, startProcess, thisMachine } from '@holdfast/compute';
import { isSafePath } from '@holdfast/protocol';
import { type HardwareFacts, readHardware } from '@holdfast/protocol/hardware';
import type { ClaimedStep, StepInput } from '@holdfast/protocol/rest';
import { fillParams } from './dag.ts';
import { StepLog } from './step-log.ts';
import type { Ending, StepKey } from './steps.ts';
import type { WorkSource } from './work-source.ts';

export interface WorkerOptions {
  readonly name: string;
  readonly source: WorkSource;
  /** Folder for the work; one folder an attempt, removed after it. */
  readonly folder: string;
  readonly clock: Clock;
  readonly on_error: (error: Error) => void;
  /** What machine this is, asked at the start of each attempt. */
  readonly hardware: () => Promise<HardwareFacts>;
  readonly poll_ms?: number;
}

/** Exit code by which a command asks to be tried again (sysexits.h EX_TEMPFAIL). */
const exit_retry = 75;
const grace_ms = 5_000;
const tell_rule: BackOff = { base_ms: 200, max_ms: 2_000 };

export class Worker {
  readonly #o: WorkerOptions;
  #stopping = false;
  #wake: () => void = () => {};
  #process: RunningProcess | null = null;
  /** The lease of the step at hand is gone: what it does is for nobody. */
  #lost = false;
  readonly done: Promise<void>;

  constructor(options: WorkerOptions) {
    this.#o = options;
    this.done = this.#loop();
  }

  /** Looks for work now. */
  wake(): void {
    this.#wake();
  }

  /** Ends the step at hand (it goes to another worker) and stops. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake();
    await this.#process?.stop(grace_ms);
    await this.done;
  }

  async #loop(): Promise<void> {
    await this.#sweep();
    while (!this.#stopping) {
      try {
        const step = await this.#o.source.claim(this.#o.name);
        if (step) await this.#work(step);
        else await this.#pause();
      } catch (error) {
        this.#o.on_error(error as Error);
        await this.#pause();
      }
    }
  }

  /** Folders of attempts that a kill left behind. The folder of a worker is its own. */
  async #sweep(): Promise<void> {
    await mkdir(this.#o.folder, { recursive: true });
    for (const name of await readdir(this.#o.folder)) if (name.startsWith('step-')) await rm(path.join(this.#o.folder, name), { recursive: true, force: true });
  }

  #pause(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#o.poll_ms ?? 1_000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #work(step: ClaimedStep): Promise<void> {
    const key = { execution: step.execution, name: step.step, fence: step.fence };
    const folder = await mkdtemp(path.join(this.#o.folder, 'step-'));
    const log = new StepLog(this.#o.source, key, this.#o.clock);
    const letGo = this.#keepLease(step, key);
    try {
      const ending = await this.#attempt(step, folder, log);
      await this.#tell(() => log.flush());
      await this.#tell(() => this.#o.source.complete(key, ending));
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'HF-FLOW-003') return; // given to another worker meanwhile
      throw error;
    } finally {
      letGo();
      log.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Tells again where the server does not answer, for as long as the lease is kept; the second time is a no-op there. */
  async #tell(say: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await say();
      } catch (error) {
        if (!(error instanceof HoldfastError) || !error.retryable || this.#stopping || this.#lost) throw error;
        await sleep(backOff_ms(attempt, tell_rule, Math.random) + 50);
      }
    }
  }

  async #attempt(step: ClaimedStep, folder: string, log: StepLog): Promise<Ending> {
    let env: Record<string, string>;
    try {
      const [facts, given] = await Promise.all([this.#o.hardware(), this.#prepare(step, folder)]);
      log.sayHardware(facts);
      env = given;
    } catch (error) {
      return { outcome: 'retry', error: `could not prepare the inputs: ${(error as Error).message}` };
    }
    const exit = await this.#run(step, env, folder, log);
    if (exit.code === 0) return this.#collect(step, env);
    const error = exit.timed_out
      ? `ended after its time limit of ${step.definition.timeout_ms} ms`
      : exit.code === null
        ? `ended by signal ${exit.signal}`
        : `exit code ${exit.code}`;
    const ended_here = this.#stopping || this.#lost; // not what the command came to
    return { outcome: exit.code === exit_retry || ended_here ? 'retry' : 'failed', error };
  }

  /** Puts inputs in place and says by environment variables where everything is: the train contract (docs/reference/train-contract.md). */
  async #prepare(step: ClaimedStep, folder: string): Promise<Record<string, string>> {
    const env: Record<string, string> = {};
    for (const [name, input] of Object.entries(step.inputs)) {
      const at = path.join(folder, 'in', name);
      await this.#fetch(input, at);
      env[`HOLDFAST_INPUT_${envName(name)}`] = input.kind === 'none' ? '' : at;
    }
    await mkdir(path.join(folder, 'out'), { recursive: true });
    for (const [name, file] of Object.entries(step.definition.outputs ?? {})) {
      if (!isSafePath(file)) throw failure('HF-DATA-002', { saw: JSON.stringify(file) });
      env[`HOLDFAST_OUTPUT_${envName(name)}`] = path.join(folder, 'out', file);
    }
    const params_file = path.join(folder, 'params.json');
    await writeFile(params_file, JSON.stringify(step.params));
    return {
      ...env,
      HOLDFAST_PARAMS_FILE: params_file,
      HOLDFAST_SEED: step.params['seed'] ?? '1',
      HOLDFAST_EXECUTION: step.execution,
      HOLDFAST_STEP: step.step,
      HOLDFAST_ATTEMPT: String(step.attempt),
      HOLDFAST_IDEMPOTENCY_KEY: `${step.execution}/${step.step}`,
    };
  }

  async #fetch(input: StepInput, at: string): Promise<void> {
    if (input.kind === 'none') return;
    const files = input.kind === 'file' ? [{ path: '', digest: input.digest }] : input.files;
    for (const file of files) {
      if (file.path !== '' && !isSafePath(file.path)) throw failure('HF-DATA-002', { saw: JSON.stringify(file.path) });
      const to = path.join(at, file.path);
      await mkdir(path.dirname(to), { recursive: true });
      await pipeline(await this.#o.source.readBlob(file.digest), createWriteStream(to));
    }
  }

  async #run(step: ClaimedStep, env: Record<string, string>, folder: string, log: StepLog) {
    const given = Object.fromEntries(Object.entries(step.definition.env ?? {}).map(([name, value]) => [name, fillParams(value, step.params)]));
    const process_env = Object.fromEntries(
      Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined && !e[0].startsWith('HOLDFAST_')),
    );
    const running = startProcess(
      {
        argv: step.definition.argv!.map((arg) => fillParams(arg, step.params)),
        cwd: step.definition.cwd ?? folder,
        env: { ...process_env, ...given, ...env },
        ...(step.definition.timeout_ms === undefined ? {} : { timeout_ms: step.definition.timeout_ms }),
      },
      (stream, text) => log.add(stream, text),
    );
    this.#process = running;
    if (this.#stopping || this.#lost) void running.stop(grace_ms); // that came while the inputs were fetched
    try {
      return await running.done;
    } finally {
      this.#process = null;
    }
  }

  /** Renews the lease from the claim to the end, uploads and all; where it cannot, it ends the process before the lease is over. */
  #keepLease(step: ClaimedStep, key: StepKey): () => void {
    this.#lost = false;
    let kept_ms = this.#o.clock.mono_ms();
    const renewed = () => {
      kept_ms = this.#o.clock.mono_ms();
    };
    const failed = (error: Error) => {
      const taken = error instanceof HoldfastError && error.code === 'HF-FLOW-003';
      if (!taken && this.#o.clock.mono_ms() - kept_ms <= step.lease_ms * 0.6) return;
      this.#lost = true;
      void this.#process?.stop(grace_ms);
    };
    const timer = setInterval(() => void this.#o.source.renew(key).then(renewed, failed), step.lease_ms / 6);
    return () => clearInterval(timer);
  }

  async #collect(step: ClaimedStep, env: Readonly<Record<string, string>>): Promise<Ending> {
    const outputs: Record<string, string> = {};
    for (const name of Object.keys(step.definition.outputs ?? {})) {
      const file = env[`HOLDFAST_OUTPUT_${envName(name)}`]!;
      if (!(await stat(file).catch(() => null))?.isFile())
        return { outcome: 'failed', error: `the command ended well but wrote no file for its output "${name}" (HOLDFAST_OUTPUT_${envName(name)})` };
      outputs[name] = await this.#o.source.writeBlob(file);
    }
    return { outcome: 'succeeded', outputs };
  }
}

const envName = (name: string) => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_');

/** What a worker says of its own machine. */
export const machineFacts = (): Promise<HardwareFacts> => readHardware(thisMachine());

/** A file as bytes, for sources that upload. */
export const fileBytes = (file: string): AsyncIterable<Uint8Array> => createReadStream(file);
