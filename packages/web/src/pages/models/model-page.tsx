// web/models: one model: its aliases and who moved them why, its versions, their metrics side by side.
import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { usePlace } from '../../app/path.ts';
import { useMay } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { bytesText, numberText } from '../../parts/format.ts';
import { Answer, Empty, Panel, Waiting } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { type Column, Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { GrantsPanel } from '../projects/grants-panel.tsx';
import { HistoryPanel } from './history.tsx';
import { compareMetrics, type MetricRow } from './compare.ts';
import { type Model, useModel } from './queries.ts';
import { PerformancePanel } from './performance-panel.tsx';
import { MadeFrom, RunsOn } from './version-links.tsx';

/** So many versions side by side fit a screen; the newest are shown. */
const compared_max = 8;

export function ModelPage() {
  const name = usePlace('name');
  const model = useModel(name);
  return (
    <>
      <PageHead title={name} above={[['Models', '/models']]} actions={model.data ? <MoveAlias of={model.data} /> : null} />
      {model.data?.description ? <p className="says">{model.data.description}</p> : null}
      {model.data ? <p className="soft">Project {model.data.project}</p> : null}
      <Panel title="Versions" flush answered_ms={model.dataUpdatedAt} note="newest first">
        <Answer query={model} room="8rem">
          {(answer) => (answer.versions.length === 0 ? <Empty>No version yet.</Empty> : <VersionRows of={answer} />)}
        </Answer>
      </Panel>
      {model.error && !model.data ? null : (
        <>
          <PerformancePanel name={name} />
          <Panel title="Metrics side by side" flush answered_ms={model.dataUpdatedAt} note={noteOf(model.data)}>
            {model.data ? <Metrics of={model.data} /> : <Waiting />}
          </Panel>
          <Panel title="Aliases" flush answered_ms={model.dataUpdatedAt}>
            {model.data ? <AliasRows of={model.data} /> : <Waiting />}
          </Panel>
          <HistoryPanel name={name} />
          {model.data?.may_share ? <GrantsPanel kind="model" name={name} /> : null}
        </>
      )}
    </>
  );
}

const noteOf = (model: Model | undefined): string =>
  model && model.versions.length > compared_max
    ? `the newest ${compared_max} of ${model.versions.length} versions; those that differ first`
    : 'those that differ first';

const VersionRows = ({ of }: { of: Model }) => (
  <Rows
    label="Versions"
    rows={of.versions}
    keyOf={(v) => v.version}
    columns={[
      { name: 'Version', cell: (v) => <To href={`/models/${encodeURIComponent(of.name)}/${v.version}`}>version {v.version}</To> },
      {
        name: 'Aliases',
        cell: (v) => (
          <span className="labels">
            {v.aliases.map((alias) => (
              <span className="label" key={alias}>
                {alias}
              </span>
            ))}
          </span>
        ),
      },
      { name: 'Stage', cell: (v) => (v.stage === 'None' ? <span className="soft">none</span> : v.stage) },
      { name: 'Made', cell: (v) => <Ago at_ms={v.created_ms} /> },
      { name: 'By', cell: (v) => v.created_by },
      { name: 'Size', number: true, cell: (v) => bytesText(v.size_bytes) },
      { name: 'Bundles', number: true, cell: (v) => v.bundles.length },
      { name: 'Made from', cell: (v) => <MadeFrom of={v} /> },
      { name: 'Runs on', cell: (v) => <RunsOn of={v} /> },
    ]}
  />
);

function Metrics({ of }: { of: Model }) {
  const versions = of.versions.slice(0, compared_max);
  const rows = compareMetrics(versions);
  if (rows.length === 0) return <Empty>No version has metrics.</Empty>;
  const columns: Column<MetricRow>[] = [
    { name: 'Metric', cell: (row) => row.name },
    ...versions.map((version, at) => ({
      name: `version ${version.version}`,
      number: true,
      cell: (row: MetricRow) => (row.values[at] === undefined ? <span className="soft">none</span> : numberText(row.values[at])),
    })),
    { name: 'Differs', cell: (row) => (row.differs ? 'yes' : <span className="soft">no</span>) },
  ];
  return <Rows label="Metrics of versions" rows={rows} columns={columns} keyOf={(row) => row.name} />;
}

const AliasRows = ({ of }: { of: Model }) =>
  of.aliases.length === 0 ? (
    <Empty>No alias points to a version.</Empty>
  ) : (
    <Rows
      label="Aliases"
      rows={of.aliases}
      keyOf={(a) => a.alias}
      columns={[
        { name: 'Alias', cell: (a) => a.alias },
        { name: 'Version', cell: (a) => <To href={`/models/${encodeURIComponent(of.name)}/${a.version}`}>version {a.version}</To> },
        { name: 'Moved', cell: (a) => <Ago at_ms={a.at_ms} /> },
        { name: 'By', cell: (a) => a.by },
        { name: 'Reason', cell: (a) => a.reason },
      ]}
    />
  );

function MoveAlias({ of }: { of: Model }) {
  const put = useChange('aliasPut');
  const [alias, setAlias] = useState(of.aliases[0]?.alias ?? 'champion');
  const [version, setVersion] = useState(String(of.versions[0]?.version ?? ''));
  return (
    <Confirm
      label="Move alias"
      title={`Move an alias of ${of.name}`}
      reason="Reason"
      disabled={!useMay('editor') || of.versions.length === 0}
      act={(reason) => put.mutateAsync({ params: { name: of.name, alias }, body: { version: Number(version), reason } })}
    >
      <div className="form">
        <TextInput label="Alias" value={alias} onChange={(event) => setAlias(event.currentTarget.value)} required />
        <Select
          label="To version"
          data={of.versions.map((v) => String(v.version))}
          value={version}
          onChange={(value) => value && setVersion(value)}
          allowDeselect={false}
        />
      </div>
    </Confirm>
  );
}
