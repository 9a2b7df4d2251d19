// alerts: what makes devices one cause: the same features, most of all the first of them, with the same fault. Pure.
import type { Reading, VerdictRow } from '@holdfast/monitors';
import { type FaultSignature, featuresOfPair, withoutEchoes } from '@holdfast/stats';
import type { AlertFeature } from './alert-table.ts';

export interface Cause {
  readonly lead: string;
  readonly fault: FaultSignature;
}

/** The readings that are held, the likeliest cause first: what comes in before what the model makes of it, then the larger effect. */
export function featuresOf(verdict: Pick<VerdictRow, 'readings'>, stage: NonNullable<Reading['stage']>): AlertFeature[] {
  return withoutEchoes(verdict.readings.filter((reading) => reading.drifted))
    .filter((reading) => reading.stage === stage)
    .toSorted((a, b) => Number(isOutput(a.name)) - Number(isOutput(b.name)) || effectOf(b) - effectOf(a) || (a.name < b.name ? -1 : 1))
    .map(({ drifted: _drifted, stage: _stage, ...feature }) => feature);
}

const isOutput = (name: string): boolean => name === 'classes' || name.startsWith('output.') || (featuresOfPair(name) ?? []).some(isOutput);
export const effectOf = ({ effect, distance }: Pick<Reading, 'effect' | 'distance'>): number => effect ?? distance;

/** Null where nothing is held. */
export function causeOf(features: readonly AlertFeature[]): Cause | null {
  const [first] = features;
  return first ? { lead: first.name, fault: first.signature ?? (first.fault === 'missing' ? 'missing' : 'shape') } : null;
}

/** The dedupe key of an alert: one is open for each cause that a monitor has found. */
export const dedupeKey = ({ monitor, model }: Pick<VerdictRow, 'monitor' | 'model'>, { lead, fault }: Cause): string =>
  `drift/${model}/${monitor}/${lead}/${fault}`;

const overlap_min = 0.5;

/** How well what a device has fits what the devices of an alert have: 1 for the same cause, less where features overlap, 0 for another cause. */
export function likeness(mine: readonly AlertFeature[], theirs: readonly (readonly AlertFeature[])[]): number {
  const [cause, others] = [causeOf(mine), theirs.map(causeOf).filter((one) => one !== null)];
  if (!cause || others.length === 0) return 0;
  if (others.some((one) => one.lead === cause.lead && one.fault === cause.fault)) return 1;
  const alike = others.some((one) => one.fault === cause.fault || one.fault === 'shape' || cause.fault === 'shape');
  const overlap = overlapOf(new Set(mine.map((one) => one.name)), usualNames(theirs));
  return alike && overlap >= overlap_min ? overlap / 2 : 0;
}

/** The features of at least half of the devices. */
function usualNames(devices: readonly (readonly AlertFeature[])[]): Set<string> {
  const counts = new Map<string, number>();
  for (const features of devices) for (const { name } of features) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => 2 * count >= devices.length).map(([name]) => name));
}

function overlapOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const both = [...a].filter((name) => b.has(name)).length;
  const either = a.size + b.size - both;
  return either === 0 ? 0 : both / either;
}

/** What the devices of an alert have in common. */
export interface Summary {
  /** Null in alerts of before onsets were known. */
  readonly onset_ms: number | null;
  readonly fault: FaultSignature;
  readonly features: readonly { readonly name: string; readonly devices: number; readonly effect: number }[];
}

export function summaryOf(devices: readonly (readonly AlertFeature[])[]): Summary {
  const onsets = devices.flatMap((features) => features.flatMap((one) => (one.onset_ms === undefined ? [] : [one.onset_ms])));
  const names = [...new Set(devices.flatMap((features) => features.map((one) => one.name)))];
  const features = names
    .map((name) => {
      const mine = devices.flatMap((each) => each.filter((one) => one.name === name));
      return { name, devices: mine.length, effect: mine.reduce((sum, one) => sum + effectOf(one), 0) / mine.length };
    })
    .toSorted((a, b) => Number(isOutput(a.name)) - Number(isOutput(b.name)) || b.devices - a.devices || b.effect - a.effect);
  return { onset_ms: onsets.length === 0 ? null : Math.min(...onsets), fault: usualFault(devices), features };
}

function usualFault(devices: readonly (readonly AlertFeature[])[]): FaultSignature {
  const counts = new Map<FaultSignature, number>();
  for (const features of devices) {
    const cause = causeOf(features);
    if (cause) counts.set(cause.fault, (counts.get(cause.fault) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 'shape';
}
