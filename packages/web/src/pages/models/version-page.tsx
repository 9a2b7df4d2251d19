// web/models: one version: where it comes from, what it is, where it runs, and the way to the devices.
import { Button } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { OnnxView } from '../../onnx/onnx-view.tsx';
import { usePlace } from '../../app/path.ts';
import { useRoute } from '../../app/api.ts';
import { Ago } from '../../parts/ago.tsx';
import { Facts } from '../../parts/facts.tsx';
import { bytesText, countText, numberText, shortDigest } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { runningHref } from '../devices/device-filter.ts';
import { LineageFlow } from './lineage-flow.tsx';
import type { Version } from './queries.ts';
import { RollOut } from './roll-out.tsx';

export function VersionPage() {
  const name = usePlace('name');
  const number = Number(usePlace('version'));
  const version = useRoute('modelVersionShow', { params: { name, version: number } });
  const rollouts = useRoute('rolloutList', { query: { limit: 200 } });
  const mine = rollouts.data?.rollouts.filter((r) => r.model === name && r.model_version === number) ?? [];
  return (
    <>
      <PageHead
        title={`${name} version ${number}`}
        above={[
          ['Models', '/models'],
          [name, `/models/${encodeURIComponent(name)}`],
        ]}
        state={
          <span className="labels">
            {version.data?.aliases.map((alias) => (
              <span className="label" key={alias}>
                {alias}
              </span>
            ))}
          </span>
        }
        actions={version.data ? <RollOut of={version.data} /> : null}
      />
      <Panel title="Lineage" answered_ms={version.dataUpdatedAt} note="from the data to the devices; choose a box to go there">
        <Answer query={version} room="24rem">
          {(answer) => <LineageFlow of={answer} rollouts={mine} />}
        </Answer>
      </Panel>
      {version.data ? <Parts of={version.data} answered_ms={version.dataUpdatedAt} /> : null}
    </>
  );
}

function Parts({ of, answered_ms }: { of: Version; answered_ms: number }) {
  const metrics = Object.entries(of.metrics);
  return (
    <>
      <div className="columns narrow">
        <Panel title="Version" answered_ms={answered_ms}>
          <Facts
            of={[
              ['Made', <Ago at_ms={of.created_ms} />],
              ['By', of.created_by],
              ['Size', bytesText(of.size_bytes)],
              ['Digest', <code title={of.digest}>{shortDigest(of.digest)}</code>],
              ['Stage', of.stage],
              ['Code', of.lineage.code ?? 'not said'],
            ]}
          />
        </Panel>
        <Panel title="Where it runs now" answered_ms={answered_ms} note={countText(of.running_on.length, 'device')}>
          {of.running_on.length === 0 ? <Empty>No device reports this version.</Empty> : <Devices of={of} />}
        </Panel>
      </div>
      <GraphPanel of={of} />
      <Panel title="Metrics" flush answered_ms={answered_ms}>
        {metrics.length === 0 ? (
          <Empty>It has no metrics.</Empty>
        ) : (
          <Rows
            label="Metrics"
            rows={metrics}
            keyOf={([name]) => name}
            columns={[
              { name: 'Metric', cell: ([name]) => name },
              { name: 'Value', number: true, cell: ([, value]) => numberText(value) },
            ]}
          />
        )}
      </Panel>
      <Panel title="Bundles" flush answered_ms={answered_ms}>
        {of.bundles.length === 0 ? (
          <Empty>No bundle is built. A version goes to devices as a signed bundle, which a workflow or holdfast bundle build makes.</Empty>
        ) : (
          <Rows
            label="Bundles"
            rows={of.bundles}
            keyOf={(b) => b.digest}
            columns={[
              { name: 'Bundle', cell: (b) => <code title={b.digest}>{shortDigest(b.digest)}</code> },
              { name: 'Platform', cell: (b) => (b.target.os === 'any' && b.target.arch === 'any' ? 'any platform' : `${b.target.os} ${b.target.arch}`) },
              { name: 'Size', number: true, cell: (b) => bytesText(b.size_bytes) },
              { name: 'Reference profile', cell: (b) => <code title={b.profile}>{shortDigest(b.profile)}</code> },
              { name: 'Made', cell: (b) => <Ago at_ms={b.created_ms} /> },
            ]}
          />
        )}
      </Panel>
    </>
  );
}

/** The model is fetched where somebody asks for it: it may be large. */
function GraphPanel({ of }: { of: Version }) {
  const [{ graph = '' }, set] = useFilters();
  const shown = graph !== '';
  if (!of.is_file)
    return (
      <Panel title="Model files" note={bytesText(of.size_bytes)}>
        <Empty>
          It is a folder of files, as clients of MLflow log most models: they load it by <code>models:/{`${of.model}/${of.version}`}</code>. A graph and a
          bundle are made of a version with one ONNX file.
        </Empty>
      </Panel>
    );
  return (
    <Panel
      title="Model file"
      note={bytesText(of.size_bytes)}
      actions={
        <Button variant="default" size="xs" aria-expanded={shown} onClick={() => set({ graph: shown ? '' : 'shown' })}>
          {shown ? 'Hide the graph' : 'Show the graph'}
        </Button>
      }
    >
      {shown ? (
        <OnnxView of={{ path: `/api/v1/blobs/${of.digest}`, size_bytes: of.size_bytes }} />
      ) : (
        <Empty>Its inputs, outputs, nodes and parameters are read from the file itself.</Empty>
      )}
    </Panel>
  );
}

const shown_max = 30;

const Devices = ({ of: { model, version, running_on: of } }: { of: Version }) => (
  <div className="row">
    {of.slice(0, shown_max).map((device) => (
      <To key={device.id} href={`/devices/${device.id}`}>
        {device.name}
      </To>
    ))}
    {of.length > 1 ? <To href={runningHref(model, version)}>All {of.length} in the list of devices</To> : null}
  </div>
);
