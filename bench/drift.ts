// bench: drift, in parts: `npm run bench -- drift [part]`. Each part prints its rows; all of them stand in the JSON of the last line.
import { cpus } from 'node:os';
import { detectorRows } from './drift/detectors.ts';
import type { Row } from './drift/row.ts';
import { testRows } from './drift/tests.ts';

const parts: Readonly<Record<string, () => Row[]>> = { detectors: detectorRows, tests: testRows };

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in parts));
if (unknown !== undefined) {
  console.error(`bench drift: saw ${JSON.stringify(unknown)}, expected one of ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
const rows = (asked.length === 0 ? Object.keys(parts) : asked).flatMap((name) => parts[name]!());
for (const row of rows)
  console.log(
    `${row.ok ? 'ok ' : 'BAD'}  ${row.what.padEnd(58)} ${row.value.toPrecision(4).padStart(11)} ${row.unit.padEnd(8)} ${row.bar === null ? '' : `bar ${row.bar}`}  ${row.note}`,
  );
console.log(JSON.stringify({ name: 'drift', machine: `${cpus().length} x ${cpus()[0]?.model ?? 'cpu'}, node ${process.versions.node}`, rows }));
