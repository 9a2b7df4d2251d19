// web/models: every model: its newest version, its aliases, and where it runs.
import { useFilters } from '../../app/filters.ts';
import { Ago } from '../../parts/ago.tsx';
import { countText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { runningHref } from '../devices/device-filter.ts';
import { ProjectFilter } from '../projects/project-filter.tsx';
import { type Model, useModels } from './queries.ts';

const runningOn = (model: Model): number => model.versions.reduce((sum, version) => sum + version.running_on.length, 0);

export function ModelsPage() {
  const models = useModels();
  const [{ project = '' }] = useFilters();
  const shown = (all: readonly Model[]) => all.filter((model) => project === '' || model.project === project);
  return (
    <>
      <PageHead title="Models" />
      <div className="filters" role="search">
        <ProjectFilter of={(models.data?.models ?? []).map((one) => ({ project: one.project, count: 1 }))} />
      </div>
      <Panel title="Models" flush answered_ms={models.dataUpdatedAt}>
        <Answer query={models}>
          {(answer) =>
            answer.models.length === 0 ? (
              <Empty>
                No model is registered yet. A workflow registers one, or <code>holdfast model register</code> does.
              </Empty>
            ) : shown(answer.models).length === 0 ? (
              <Empty>No model is in the project {project}.</Empty>
            ) : (
              <Rows
                label="Models"
                rows={shown(answer.models)}
                keyOf={(m) => m.name}
                columns={[
                  { name: 'Model', cell: (m) => <To href={`/models/${encodeURIComponent(m.name)}`}>{m.name}</To> },
                  {
                    name: 'Newest',
                    cell: (m) =>
                      m.versions[0] ? <To href={`/models/${encodeURIComponent(m.name)}/${m.versions[0].version}`}>version {m.versions[0].version}</To> : 'none',
                  },
                  { name: 'Project', cell: (m) => m.project },
                  { name: 'Made', cell: (m) => <Ago at_ms={m.versions[0]?.created_ms ?? m.created_ms} /> },
                  { name: 'Aliases', cell: (m) => <Aliases of={m} /> },
                  { name: 'Versions', number: true, cell: (m) => m.versions.length },
                  {
                    name: 'Runs on',
                    number: true,
                    cell: (m) => (runningOn(m) === 0 ? 'no device' : <To href={runningHref(m.name)}>{countText(runningOn(m), 'device')}</To>),
                  },
                  { name: 'Description', cell: (m) => m.description },
                ]}
              />
            )
          }
        </Answer>
      </Panel>
    </>
  );
}

const Aliases = ({ of }: { of: Model }) => (
  <span className="labels">
    {of.aliases.map((each) => (
      <span className="label" key={each.alias}>
        {each.alias} → {each.version}
      </span>
    ))}
  </span>
);
