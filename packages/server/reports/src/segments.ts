// reports: what labelled answers are put together by: the device, and the facts in which the devices of a report differ. Pure.
import type { DeviceRow, Facts } from '@holdfast/fleet';
import type { Cut } from '@holdfast/monitors';

const facts_max = 8;
/** Of removed devices, and of those that do not say it. */
const unsaid = 'not said';

export function cutsOf(devices: readonly DeviceRow[], facts: ReadonlyMap<string, Facts>): Cut[] {
  const names = new Map(devices.map(({ id, name }) => [id, name]));
  const words = [...new Set([...facts.values()].flatMap((of) => Object.keys(of)))].filter((word) => word !== 'model version');
  const telling = words.filter((word) => new Set([...facts.values()].map((of) => of[word])).size > 1).toSorted();
  return [
    { by: 'device', of: ({ device }) => names.get(device) ?? device },
    ...telling.slice(0, facts_max).map((by) => ({ by, of: ({ device }: { readonly device: string }) => facts.get(device)?.[by] ?? unsaid })),
  ];
}
