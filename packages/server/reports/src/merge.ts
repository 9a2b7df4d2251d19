// reports: windows into one: the counts of each model version, on the bins of its profile, added up as the windows are read. Counts of another profile
// never merge. At most 200,000 windows (a week of 1,000 devices that close one an hour): beyond, HF-REQ-008. A window whose counts do not fit its profile, or whose profile is not here, is counted and left out; so is what is beyond 100 model versions.
import { failure } from '@holdfast/base';
import type { Monitors } from '@holdfast/monitors';
import { type ReferenceProfile, WindowCounts, addCounts, confidence_name } from '@holdfast/stats';
import type { WindowRow } from '@holdfast/telemetry';

const parts_max = 100;
const windows_max = 200_000;

export interface MergedPart {
  readonly model: string;
  readonly model_version: number;
  readonly profile: ReferenceProfile;
  readonly counts: WindowCounts;
  readonly devices: Set<string>;
  /** How often the model was how sure, by device: on the bins of output.confidence, where accuracy can be estimated from them. */
  readonly confidence: Map<string, readonly number[]>;
  windows: number;
  /** Sum over the inferences of windows that tell it. */
  latency_ms_sum: number;
  latency_inferences: number;
  lost: number;
  /** Inferences of windows that tell what was infinite or out of range: those of older agents do not. */
  told_inferences: number;
}

export interface Merged {
  readonly parts: readonly MergedPart[];
  readonly windows: number;
  readonly left_out: ReadonlyMap<string, number>;
}

export async function mergeWindows(windows: AsyncIterable<WindowRow>, monitors: Pick<Monitors, 'profile'>): Promise<Merged> {
  const parts = new Map<string, MergedPart>();
  const left_out = new Map<string, number>();
  let count = 0;
  const leaveOut = (reason: string) => left_out.set(reason, (left_out.get(reason) ?? 0) + 1);
  for await (const row of windows) {
    if (++count > windows_max) throw failure('HF-REQ-008', { what: 'a report, of windows (a shorter time or fewer devices have less),', limit: windows_max });
    const part = await partOf(parts, row, monitors);
    if (typeof part === 'string') leaveOut(part);
    else if (!fits(row, part.profile)) leaveOut('their counts are not on the bins of their profile');
    else addWindow(part, row);
  }
  return { parts: [...parts.values()], windows: count, left_out };
}

/** The part of this window, or why there is none. */
async function partOf(parts: Map<string, MergedPart>, { model, model_version, profile: digest }: WindowRow, monitors: Pick<Monitors, 'profile'>) {
  const key = `${model} ${model_version} ${digest}`;
  const known = parts.get(key);
  if (known) return known;
  if (parts.size >= parts_max) return `more than ${parts_max} model versions`;
  const found = await monitors.profile(digest, model);
  if (!('profile' in found)) return 'their reference profile cannot be read';
  const fresh: MergedPart = {
    model,
    model_version,
    profile: found.profile,
    counts: new WindowCounts(found.profile),
    devices: new Set(),
    confidence: new Map(),
    windows: 0,
    latency_ms_sum: 0,
    latency_inferences: 0,
    lost: 0,
    told_inferences: 0,
  };
  parts.set(key, fresh);
  return fresh;
}

function fits({ body }: WindowRow, { features, classes }: ReferenceProfile): boolean {
  const lengths = new Map(features.map(({ name, counts }) => [name, counts.length]));
  const counted = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0) <= body.inferences;
  return (
    body.features.every(({ name, counts }) => counts.length === lengths.get(name) && counted(counts)) &&
    body.classes.length === classes.counts.length &&
    counted(body.classes)
  );
}

function addWindow(part: MergedPart, { device, body }: WindowRow): void {
  part.counts.addWindow(body);
  part.devices.add(device);
  const sure = part.profile.calibration && body.features.find(({ name }) => name === confidence_name)?.counts;
  if (sure) part.confidence.set(device, addCounts(part.confidence.get(device) ?? sure.map(() => 0), sure));
  part.windows++;
  part.lost += body.lost;
  if (body.features.every(({ infinite, out_of_range }) => infinite !== undefined && out_of_range !== undefined)) part.told_inferences += body.inferences;
  part.latency_ms_sum += body.latency_ms.mean * body.inferences;
  part.latency_inferences += body.inferences;
}
