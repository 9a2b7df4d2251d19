// agent/install: brings the device from the bundle that it has to the one that the server asks for, one durable state after the other.
// It can be killed between any two instructions; `resume` goes on. Whether a report reaches the server changes nothing here.

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError, backOff_ms, failure } from '@holdfast/base';
import type { BundleManifest, DesiredAssignment, InstallReport, InstallState } from '@holdfast/protocol';
import { diskOf } from '../health/index.ts';
import type { TrustedKey } from '../identity.ts';
import { unpackBundle, verifyBundle, verifySlot } from './bundle-file.ts';
import { type BundleSource, bytesAt, downloadBundle } from './download.ts';
import { type InstallRecord, type InstallStore, quarantine_max } from './install-file.ts';
import { ProbationCount } from './probation.ts';
import type { Slots } from './slots.ts';
import { type InstallEvent, nextState } from './transitions.ts';
import { type Wish, isSame } from './wish.ts';

/** What the switch does to the program; both may be called where there is none. */
export interface Switchable {
  stop(): Promise<void>;
  start(): void;
}

export interface InstallerOptions {
  readonly folder: string;
  readonly keys: readonly TrustedKey[];
  readonly platform: { readonly os: string; readonly arch: string };
  readonly store: InstallStore;
  readonly slots: Slots;
  readonly source: BundleSource;
  readonly program: Switchable;
  readonly clock: { now_ms(): number; mono_ms(): number };
  readonly random: () => number;
  /** Called after a state is on disk. */
  readonly on_state: (report: InstallReport) => void;
  readonly retry_ms?: number | undefined;
  readonly retry_ms_max?: number | undefined;
  readonly space_retry_ms?: number | undefined;
  readonly freeBytes?: ((folder: string) => number | null) | undefined;
}

const resumes_max = 3;
const bad_downloads_max = 3;
const space_margin_bytes = 1_048_576;

/** States whose work moves the pointer: it is done before the program starts. */
const needed_before_start: readonly InstallState[] = ['armed', 'rolling_back', 'clearing'];
/** States that no error may leave: their work is tried until the disk takes it. */
const must_be_done: readonly InstallState[] = ['rolling_back', 'committed', 'idle', 'failed', 'clearing', 'cleared'];

/** Thrown through a download that is not wanted any more. */
class Interrupted extends Error {}

export class Installer {
  readonly #options: InstallerOptions;
  readonly #downloads: string;
  #record: InstallRecord;
  #desired: Wish | null = null;
  #probation: ProbationCount | null = null;
  #manifest: BundleManifest | null = null;
  #bytes_done = 0;
  #network_failures = 0;
  #space_retry_mono_ms = Number.POSITIVE_INFINITY;
  #stopped = false;
  #dirty = false;
  #working: Promise<void> | null = null;
  #endPause: (() => void) | null = null;

  constructor(options: InstallerOptions) {
    this.#options = options;
    this.#record = options.store.load();
    this.#downloads = join(options.folder, 'downloads');
    mkdirSync(this.#downloads, { recursive: true });
    const { assignment } = this.#record;
    if (assignment?.bundle) this.#bytes_done = bytesAt(this.#part(assignment));
  }

  get report(): InstallReport {
    const { state, assignment, since_ms, error } = this.#record;
    const bundle = state === 'idle' ? null : (assignment?.bundle?.digest ?? null);
    return { state, bundle, rollout: assignment?.rollout ?? null, since_ms, bytes_done: this.#bytes_done, error };
  }

  get onProbation(): boolean {
    return this.#record.state === 'probation';
  }

  /** To be awaited before the program starts: after it, the pointer is where the state says. */
  async resume(): Promise<void> {
    const { state } = this.#record;
    if (state === 'armed' || state === 'probation') {
      this.#save({ resumes: this.#record.resumes + 1 });
      if (this.#record.resumes > resumes_max)
        this.#enter('roll_back', { error: errorOf(failure('HF-INSTALL-004', { saw: this.#record.resumes, limit: resumes_max })) });
      else if (state === 'probation') this.#beginProbation();
    }
    while (needed_before_start.includes(this.#record.state)) await this.#advance();
    if (this.#record.state === 'committed' || this.#record.state === 'cleared') this.#clean();
  }

  /** What the server asks for; null asks for nothing, and the device keeps what it has. The same again is a no-op. */
  desire(wish: Wish | null): void {
    this.#desired = wish;
    this.#kick();
  }

  /** To be called about once a second. */
  tick(): void {
    this.#kick(false);
  }

  inference(): void {
    this.#probation?.inference();
  }

  crash(reason: string): void {
    this.#probation?.crash(reason);
    if (this.#probation) this.#kick(false);
  }

  window(suspects: readonly string[]): void {
    this.#probation?.window(suspects);
    if (this.#probation) this.#kick(false);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#endPause?.();
    await this.#working;
  }

  #kick(wake = true): void {
    this.#dirty = true;
    if (wake) this.#endPause?.();
    this.#working ??= this.#work().finally(() => (this.#working = null));
  }

  async #work(): Promise<void> {
    while (this.#dirty && !this.#stopped) {
      this.#dirty = false;
      try {
        while (!this.#stopped && (await this.#advance()));
      } catch (error) {
        await this.#onError(error).catch((disk: unknown) => this.#onDeadDisk(disk));
      }
    }
  }

  /** Does the work of the present state; false where there is nothing to do now. */
  #advance(): Promise<boolean> {
    const works: Readonly<Record<InstallState, () => boolean | Promise<boolean>>> = {
      idle: () => this.#consider(),
      offered: () => this.#offered(),
      downloading: () => this.#download(),
      verified: () => this.#unpack(),
      staged: () => this.#arm(),
      armed: () => this.#switch(),
      probation: () => this.#judge(),
      committed: () => this.#consider(),
      rolling_back: () => this.#rollBack(),
      failed: () => this.#consider(),
      clearing: () => this.#clear(),
      cleared: () => this.#consider(),
    };
    return Promise.resolve(works[this.#record.state]());
  }

  #consider(): boolean {
    const desired = this.#desired;
    if (!desired) return false;
    const { state, assignment } = this.#record;
    if (state !== 'idle' && isSame(assignment, desired) && !this.#spaceRetryIsDue()) return false;
    this.#space_retry_mono_ms = Number.POSITIVE_INFINITY;
    this.#bytes_done = 0;
    const fresh = { assignment: desired, error: null, resumes: 0, bad_downloads: 0 };
    if (desired.bundle === null) this.#considerNone(fresh);
    else if (this.#options.slots.current() === desired.bundle.digest) this.#enter('same', { ...fresh, previous: this.#record.previous });
    else this.#enter('offer', fresh);
    return true;
  }

  /** Where none runs, the program is left alone. */
  #considerNone(fresh: Partial<InstallRecord>): void {
    if (this.#options.slots.current() !== null) return void this.#enter('clear', fresh);
    this.#enter('cleared', { ...fresh, previous: null });
    this.#clean();
  }

  /** The program ends before the pointer goes, and starts as it did before it ever had a bundle. */
  async #clear(): Promise<boolean> {
    await this.#options.program.stop();
    this.#options.slots.point(null);
    this.#enter('cleared', { previous: null, error: null });
    this.#options.program.start();
    this.#clean();
    return true;
  }

  #spaceRetryIsDue(): boolean {
    return this.#record.error?.code === 'HF-BUNDLE-006' && this.#options.clock.mono_ms() >= this.#space_retry_mono_ms;
  }

  async #offered(): Promise<boolean> {
    if (this.#isWithdrawn()) return this.#enter('withdraw', { assignment: null });
    const { rollout, bundle } = this.#assignment();
    if (this.#record.quarantine.some((one) => one.rollout === rollout && one.bundle === bundle.digest)) throw failure('HF-INSTALL-006', { rollout });
    const kept = this.#options.slots.manifest(bundle.digest);
    if (kept && (await verifySlot(this.#options.slots.folderOf(bundle.digest), kept))) return this.#enter('have', {});
    this.#checkSpace();
    return this.#enter('begin', {});
  }

  /** The download and the unpacked files are on the disk at the same time. */
  #checkSpace(): void {
    const free = (this.#options.freeBytes ?? freeBytesOf)(this.#options.folder);
    const { bundle } = this.#assignment();
    const needed = 2 * bundle.size_bytes - bytesAt(this.#part(this.#assignment())) + space_margin_bytes;
    if (free !== null && free < needed) throw failure('HF-BUNDLE-006', { saw: needed, free });
  }

  async #download(): Promise<boolean> {
    if (this.#isWithdrawn()) return this.#withdraw();
    const { bundle } = this.#assignment();
    const part = this.#part(this.#assignment());
    try {
      await downloadBundle(this.#options.source, bundle, part, (done) => this.#progress(done));
      this.#network_failures = 0;
      this.#bytes_done = bundle.size_bytes;
      this.#manifest = await verifyBundle(part, { ...bundle, keys: this.#options.keys, platform: this.#options.platform });
    } catch (error) {
      return this.#onDownloadError(error, part);
    }
    return this.#enter('verify', {});
  }

  #progress(done: number): void {
    this.#bytes_done = done;
    this.#network_failures = 0;
    if (this.#isWithdrawn() || this.#stopped) throw new Interrupted('the download is not wanted any more');
  }

  /** A cut is tried again for ever; a wrong digest a few times, from the start; everything else fails the install. */
  async #onDownloadError(error: unknown, part: string): Promise<boolean> {
    if (error instanceof Interrupted) return !this.#stopped;
    const code = error instanceof HoldfastError ? error.code : '';
    const damaged = code === 'HF-BUNDLE-001' || (code === 'HF-BUNDLE-002' && (error as HoldfastError).details['file'] === '(whole)');
    if (damaged && this.#record.bad_downloads + 1 < bad_downloads_max) {
      rmSync(part, { force: true });
      this.#bytes_done = 0;
      return this.#enter('again', { bad_downloads: this.#record.bad_downloads + 1 });
    }
    if (damaged || !(error instanceof HoldfastError) || !error.retryable || code === 'HF-BUNDLE-006') throw error;
    await this.#pause(backOff_ms(this.#network_failures++, this.#retryRule(), this.#options.random));
    return !this.#stopped;
  }

  #retryRule(): { base_ms: number; max_ms: number } {
    return { base_ms: this.#options.retry_ms ?? 1_000, max_ms: this.#options.retry_ms_max ?? 300_000 };
  }

  async #unpack(): Promise<boolean> {
    if (this.#isWithdrawn()) return this.#withdraw();
    const { bundle } = this.#assignment();
    const part = this.#part(this.#assignment());
    if (bytesAt(part) !== bundle.size_bytes) return this.#enter('again', {});
    // After a restart the manifest is known by verifying the file once more.
    this.#manifest ??= await verifyBundle(part, { ...bundle, keys: this.#options.keys, platform: this.#options.platform });
    await unpackBundle(part, this.#manifest, this.#options.slots.begin(bundle.digest));
    this.#options.slots.finish(bundle.digest, this.#manifest);
    this.#manifest = null;
    return this.#enter('stage', {});
  }

  #arm(): boolean {
    if (this.#isWithdrawn()) return this.#withdraw();
    const { bundle } = this.#assignment();
    if (!this.#options.slots.manifest(bundle.digest)) return this.#enter('again', {});
    rmSync(this.#part(this.#assignment()), { force: true });
    return this.#enter('arm', { previous: this.#options.slots.current() });
  }

  async #switch(): Promise<boolean> {
    await this.#options.program.stop();
    this.#options.slots.point(this.#assignment().bundle.digest);
    this.#enter('switch', {});
    this.#beginProbation();
    this.#options.program.start();
    return true;
  }

  #beginProbation(): void {
    this.#probation = new ProbationCount(this.#assignment().probation, this.#options.clock.mono_ms());
  }

  #judge(): boolean {
    const desired = this.#desired;
    if (desired && desired.bundle?.digest !== this.#assignment().bundle.digest) {
      return this.#leaveProbation('roll_back', failure('HF-INSTALL-005', { saw: desired.bundle?.digest.slice(0, 12) ?? 'none' }));
    }
    const verdict = this.#probation?.verdict(this.#options.clock.mono_ms()) ?? { is: 'wait' };
    if (verdict.is === 'wait') return false;
    if (verdict.is === 'roll_back') return this.#leaveProbation('roll_back', verdict.error);
    this.#leaveProbation('commit', null);
    this.#clean();
    return true;
  }

  #leaveProbation(event: 'commit' | 'roll_back', error: HoldfastError | null): boolean {
    this.#probation = null;
    return this.#enter(event, { error: error && errorOf(error) });
  }

  async #rollBack(): Promise<boolean> {
    await this.#options.program.stop();
    this.#options.slots.point(this.#record.previous);
    this.#enter('rolled_back', { quarantine: this.#record.error?.code === 'HF-INSTALL-005' ? this.#record.quarantine : this.#withQuarantined() });
    this.#options.program.start();
    return true;
  }

  #withQuarantined(): InstallRecord['quarantine'] {
    const { rollout, bundle } = this.#assignment();
    return [...this.#record.quarantine, { rollout, bundle: bundle.digest }].slice(-quarantine_max);
  }

  #clean(): void {
    this.#options.slots.keepOnly([this.#options.slots.current(), this.#record.previous]);
    rmSync(this.#downloads, { recursive: true, force: true });
    mkdirSync(this.#downloads, { recursive: true });
  }

  /** An error that ends the install: before the switch it fails, after it the device goes back. */
  async #onError(error: unknown): Promise<void> {
    const known = deviceError(error);
    const { state } = this.#record;
    if (state === 'armed' || state === 'probation') {
      this.#enter('roll_back', { error: errorOf(known) });
      this.#dirty = true;
      return;
    }
    if (must_be_done.includes(state)) {
      // The disk refused a step that must be done; it is tried again, and said in the report.
      this.#record = { ...this.#record, error: errorOf(known) };
      await this.#pause(1_000);
      this.#dirty = state === 'rolling_back' || state === 'clearing';
      return;
    }
    if (known.code === 'HF-BUNDLE-006') this.#space_retry_mono_ms = this.#options.clock.mono_ms() + (this.#options.space_retry_ms ?? 600_000);
    else rmSync(this.#part(this.#assignment()), { force: true });
    const permanent = /^HF-BUNDLE-00[2345]$/.test(known.code);
    this.#enter('fail', { error: errorOf(known), ...(permanent ? { quarantine: this.#withQuarantined() } : {}) });
    this.#dirty = true;
  }

  /** Not even the failure could be written: then nothing has happened. The report says why; the next tick tries again. */
  async #onDeadDisk(error: unknown): Promise<void> {
    this.#record = { ...this.#record, error: errorOf(deviceError(error)) };
    await this.#pause(1_000);
  }

  #isWithdrawn(): boolean {
    return !isSame(this.#record.assignment, this.#desired);
  }

  #withdraw(): boolean {
    rmSync(this.#part(this.#assignment()), { force: true });
    this.#bytes_done = 0;
    return this.#enter('withdraw', { assignment: null });
  }

  #assignment(): DesiredAssignment {
    const { assignment, state } = this.#record;
    if (!assignment?.bundle) throw new Error(`install: state ${state} without an assignment`);
    return assignment;
  }

  #part(assignment: DesiredAssignment): string {
    return join(this.#downloads, `${assignment.bundle.digest}.part`);
  }

  #enter(event: InstallEvent, change: Partial<InstallRecord>): true {
    const state = nextState(this.#record.state, event);
    this.#save({ ...change, state, since_ms: this.#options.clock.now_ms() });
    this.#options.on_state(this.report);
    return true;
  }

  /** Disk first: what is not on disk has not happened. */
  #save(change: Partial<InstallRecord>): void {
    const record = { ...this.#record, ...change };
    this.#options.store.save(record);
    this.#record = record;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#endPause?.(), ms);
      this.#endPause = () => {
        clearTimeout(timer);
        this.#endPause = null;
        resolve();
      };
    });
  }
}

function errorOf(error: HoldfastError): { code: string; text: string } {
  return { code: error.code, text: error.message };
}

function deviceError(error: unknown): HoldfastError {
  return error instanceof HoldfastError ? error : failure('HF-INSTALL-007', { reason: error instanceof Error ? error.message : String(error) }, error);
}

function freeBytesOf(folder: string): number | null {
  return diskOf(folder)?.free ?? null;
}
