// Samples as the API asks for and shows them; and how many each device sent, by the reason that they were kept for, and how many of them have a label.
import { failure } from '@holdfast/base';
import { type SampleReason, sample_reasons } from '@holdfast/protocol';
import type { QueryOf, SampleCount, SampleView, routes } from '@holdfast/protocol/rest';
import type { SampleFilter, SampleRow } from '@holdfast/telemetry';
import type { Rooms } from '../rooms.ts';

const devices_max = 100;
const ids_max = 200;

type Asked = Omit<QueryOf<(typeof routes)['sampleList']>, 'limit' | 'counts'>;

export function sampleFilter({ devices, ids, since_ms, ...rest }: Asked): SampleFilter {
  return {
    ...rest,
    devices: devices === undefined ? undefined : listed('devices', devices, devices_max),
    ids: ids === undefined ? undefined : listed('ids', ids, ids_max).map(rowId),
    since_ms: since_ms === undefined ? undefined : Math.ceil(since_ms),
  };
}

function listed(name: string, text: string, most: number): string[] {
  const found = [...new Set(text.split(','))];
  if (found.length > most) throw failure('HF-REQ-001', { where: `query/${name}`, saw: `${found.length} ids`, expected: `at most ${most}` });
  return found;
}

function rowId(text: string): number {
  const id = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(id)) return id;
  throw failure('HF-REQ-001', { where: 'query/ids', saw: JSON.stringify(text.slice(0, 40)), expected: 'the number of a sample' });
}

export function sampleView({ inputs, dismissed_ms, ...row }: Omit<SampleRow, 'pixels' | 'labelled_by' | 'labelled_ms' | 'dismissed_by'>): SampleView {
  return { ...row, inputs: inputs && inputs.map(([name, value]) => ({ name, value })), dismissed: dismissed_ms !== null };
}

/** Of all that fits but for the one device, the reason and the label: those are what somebody chooses by the counts. By the name of the device, quarantine before drift before steady. */
export async function sampleCounts({ telemetry, fleet }: Rooms, { model, since_ms, devices, ids }: SampleFilter): Promise<SampleCount[]> {
  const rows = (await telemetry.countSamplesByDevice({ model, since_ms, devices, ids })).flatMap(({ reason, ...row }) =>
    isKnown(reason) ? [{ ...row, reason }] : [],
  );
  const known = await fleet.byId([...new Set(rows.map((row) => row.device))]);
  const names = new Map(known.map((device) => [device.id, device.name]));
  const named = rows.map((row) => ({ ...row, name: names.get(row.device) ?? row.device }));
  return named.toSorted((a, b) => (a.name === b.name ? rank(b.reason) - rank(a.reason) : a.name < b.name ? -1 : 1));
}

const isKnown = (reason: string): reason is SampleReason => sample_reasons.some((known) => known === reason);
const rank = (reason: SampleReason): number => sample_reasons.indexOf(reason);
