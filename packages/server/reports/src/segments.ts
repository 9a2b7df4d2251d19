// reports: what answers and windows are put together by: the device, and the facts in which the devices of a report differ, their hardware in all its words; those of
// fewest values first, since what nearly every device has for itself tells nothing. Only of devices that have a window or an answer.
import type { Fleet } from '@holdfast/fleet';
import type { Cut } from '@holdfast/monitors';
import { lasting_fact_names } from '@holdfast/protocol/hardware';

const facts_max = 12;
/** Of removed devices, and of those that do not say it. */
const unsaid = 'not said';

export interface Cuts {
  readonly cuts: readonly Cut[];
  /** Of how many there would be, where these are too many. */
  readonly of: number;
}

export async function cutsOf(fleet: Pick<Fleet, 'byId' | 'facts' | 'hardware'>, devices: readonly string[]): Promise<Cuts> {
  const [rows, facts, hardware] = await Promise.all([fleet.byId(devices), fleet.facts(devices), fleet.hardware(devices)]);
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const known = new Map(devices.map((id) => [id, { ...wordsOf(hardware.get(id) ?? {}), ...facts.get(id) }]));
  const words = [...new Set([...known.values()].flatMap((of) => Object.keys(of)))].filter((word) => word !== 'model version');
  const telling = words
    .map((word) => ({ word, values: new Set([...known.values()].map((of) => of[word])).size }))
    .filter(({ values }) => values > 1)
    .toSorted((a, b) => a.values - b.values || (a.word < b.word ? -1 : 1));
  const cuts = [
    { by: 'device', of: ({ device }: { readonly device: string }) => names.get(device) ?? device },
    ...telling.slice(0, facts_max).map(({ word }) => ({ by: word, of: ({ device }: { readonly device: string }) => known.get(device)?.[word] ?? unsaid })),
  ];
  return { cuts, of: telling.length + 1 };
}

const wordsOf = (hardware: Readonly<Record<string, string>>): Record<string, string | undefined> =>
  Object.fromEntries(lasting_fact_names.flatMap((name) => (hardware[name] === undefined ? [] : [[name.replaceAll('_', ' '), hardware[name]]])));
