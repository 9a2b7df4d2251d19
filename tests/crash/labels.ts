// tests/crash: the books of labels on their way back: what the tables gave to a device, and what stands in its file.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeviceLabel } from '@holdfast/protocol';
import type pg from 'pg';
import type { Entry } from './entry.ts';
import type { CrashDevice } from './house.ts';

export const label_counts: readonly { what: string; sql: string; must_be?: number }[] = [
  { what: 'labels given to devices', sql: 'select count(*) from device_label' },
  {
    what: 'labelled samples that are not given exactly once',
    sql: `select count(*) from sample s where s.label is not null and (select count(*) from device_label l
      where l.device = s.device and l.reference = s.reference and l.at_ms = s.at_ms and l.label = s.label) <> 1`,
    must_be: 0,
  },
  {
    what: 'devices whose labels are not numbered without a hole',
    sql: 'select count(*) from device_label_mark m where m.seq <> (select count(*) from device_label l where l.device = m.device)',
    must_be: 0,
  },
];

/** The agent must be stopped. */
export async function readLabels(client: pg.Client, device: CrashDevice): Promise<Entry[]> {
  const { rows } = await client.query<Record<keyof DeviceLabel, string>>(
    'select seq, reference, at_ms, label from device_label where device = (select id from device where name = $1) order by seq',
    [device.name],
  );
  const given = new Set(rows.map(({ seq, reference, at_ms, label }) => textOf([seq, reference, at_ms, label])));
  const lines = (await readFile(path.join(device.folder, 'labels.jsonl'), 'utf8').catch(() => '')).split('\n'); // no file: no label came
  const held = lines.slice(0, -1).map((line) => JSON.parse(line) as DeviceLabel);
  const strange = held.filter(({ seq, reference, at_ms, label }) => !given.has(textOf([seq, reference, at_ms, label])));
  const disordered = held.filter(({ seq }, i) => i > 0 && seq <= held[i - 1]!.seq);
  const entry = (what: string, value: number): Entry => ({ what: `${device.name}: ${what}`, value, must_be: 0 });
  return [
    { what: `${device.name}: labels in its file`, value: held.length },
    entry('labels twice in its file, or out of order', disordered.length),
    entry('labels in its file that nobody gave', strange.length),
    entry('labels given that are not in its file', given.size - (held.length - strange.length)),
  ];
}

const textOf = (values: readonly (string | number)[]): string => values.map(Number).join(' ');
