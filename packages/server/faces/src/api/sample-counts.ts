// Samples as the API shows them; and how many each device sent, by the reason that they were kept for, and how many of them have a label.
import { type SampleReason, sample_reasons } from '@holdfast/protocol';
import type { SampleCount, SampleView } from '@holdfast/protocol/rest';
import type { SampleRow } from '@holdfast/telemetry';
import type { Rooms } from '../rooms.ts';

interface Counted {
  readonly model: string | undefined;
  readonly since_ms: number | undefined;
}

export function sampleView({ inputs, dismissed_ms, ...row }: Omit<SampleRow, 'pixels' | 'labelled_by' | 'labelled_ms' | 'dismissed_by'>): SampleView {
  return { ...row, inputs: inputs && inputs.map(([name, value]) => ({ name, value })), dismissed: dismissed_ms !== null };
}

/** By the name of the device, quarantine before drift before steady. */
export async function sampleCounts({ telemetry, fleet }: Rooms, of: Counted): Promise<SampleCount[]> {
  const rows = (await telemetry.countSamplesByDevice(of)).flatMap(({ reason, ...row }) => (isKnown(reason) ? [{ ...row, reason }] : []));
  const devices = await fleet.byId([...new Set(rows.map((row) => row.device))]);
  const names = new Map(devices.map((device) => [device.id, device.name]));
  const named = rows.map((row) => ({ ...row, name: names.get(row.device) ?? row.device }));
  return named.toSorted((a, b) => (a.name === b.name ? rank(b.reason) - rank(a.reason) : a.name < b.name ? -1 : 1));
}

const isKnown = (reason: string): reason is SampleReason => sample_reasons.some((known) => known === reason);
const rank = (reason: SampleReason): number => sample_reasons.indexOf(reason);
