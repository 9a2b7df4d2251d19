// bench: drift, in parts: `npm run bench -- drift [part]`. Each part prints its rows; all of them stand in the JSON of the last line.
import { causeRows } from './drift/cause.ts';
import { checkRows } from './drift/check-alarms.ts';
import { deviceRows } from './drift/device.ts';
import { detectorRows } from './drift/detectors.ts';
import { fleetRows } from './drift/fleet.ts';
import { fleetRuleRows } from './drift/fleet-rule.ts';
import { headRows } from './drift/head.ts';
import { pairRows } from './drift/pairs.ts';
import { monitorRows } from './drift/monitors.ts';
import { performanceRows } from './drift/performance.ts';
import { powerRows } from './drift/power.ts';
import { reportRows } from './drift/report.ts';
import { testRows } from './drift/tests.ts';
import { windowRows } from './drift/window-alarms.ts';
import { type BenchRow, report } from '../tests/load/report.ts';

const parts: Readonly<Record<string, () => BenchRow[] | Promise<BenchRow[]>>> = {
  detectors: detectorRows,
  monitors: monitorRows,
  tests: testRows,
  check: checkRows,
  windows: windowRows,
  performance: performanceRows,
  report: reportRows,
  power: powerRows,
  device: deviceRows,
  fleet: fleetRows,
  rule: fleetRuleRows,
  cause: causeRows,
  head: headRows,
  pairs: pairRows,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in parts));
if (unknown !== undefined) {
  console.error(`bench drift: saw ${JSON.stringify(unknown)}, expected one of ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
const rows: BenchRow[] = [];
for (const name of asked.length === 0 ? Object.keys(parts) : asked) rows.push(...(await parts[name]!()));
report('drift', rows);
