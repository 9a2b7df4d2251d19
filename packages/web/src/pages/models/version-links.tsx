// web/models: where a version comes from and where it runs now, as links.
import { runningHref } from '../devices/device-filter.ts';
import { countText } from '../../parts/format.ts';
import { To } from '../../parts/to.tsx';
import type { Version } from './queries.ts';

/** Data, run and execution, where they are said. */
export function MadeFrom({ of: { lineage } }: { of: Pick<Version, 'lineage'> }) {
  const { dataset, run, execution } = lineage;
  const links: (readonly [string, string])[] = [];
  if (dataset) links.push([`/datasets/${dataset.name}?version=${dataset.version}`, `${dataset.name} ${dataset.version}`]);
  if (run) links.push([`/runs/${run}`, 'run']);
  if (execution) links.push([`/executions/${execution}`, 'execution']);
  if (links.length === 0) return <span className="soft">not said</span>;
  return (
    <span className="row">
      {links.map(([href, text]) => (
        <To key={href} href={href}>
          {text}
        </To>
      ))}
    </span>
  );
}

/** So many devices are named; the others are behind one link. */
const named_max = 3;

export function RunsOn({ of }: { of: Pick<Version, 'model' | 'version' | 'running_on'> }) {
  const { model, version, running_on } = of;
  if (running_on.length === 0) return <span className="soft">no device</span>;
  if (running_on.length > named_max) return <To href={runningHref(model, version)}>{countText(running_on.length, 'device')}</To>;
  return (
    <span className="row">
      {running_on.map((device) => (
        <To key={device.id} href={`/devices/${device.id}`}>
          {device.name}
        </To>
      ))}
    </span>
  );
}
