// How many samples each device sent, by the reason that they were kept for, and how many of them have a label.
import type { SampleCount } from '@holdfast/protocol/rest';
import type { Rooms } from '../rooms.ts';

interface Counted {
  readonly model: string | undefined;
  readonly since_ms: number | undefined;
}

/** By the name of the device, drift before steady. */
export async function sampleCounts(rooms: Rooms, of: Counted): Promise<SampleCount[]> {
  const rows = [...(await countsOf(rooms, of, 'drift')), ...(await countsOf(rooms, of, 'steady'))];
  const devices = await rooms.fleet.byId([...new Set(rows.map((row) => row.device))]);
  const names = new Map(devices.map((device) => [device.id, device.name]));
  return rows.map((row) => ({ ...row, name: names.get(row.device) ?? row.device })).toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function countsOf({ telemetry }: Rooms, of: Counted, reason: SampleCount['reason']): Promise<Omit<SampleCount, 'name'>[]> {
  const [all, labelled] = await Promise.all([
    telemetry.countSamplesByDevice({ ...of, reason }),
    telemetry.countSamplesByDevice({ ...of, reason, labelled: true }),
  ]);
  const done = new Map(labelled.map((row) => [row.device, row.count]));
  return all.map(({ device, count }) => ({ device, reason, labelled: done.get(device) ?? 0, unlabelled: count - (done.get(device) ?? 0) }));
}
