// web/projects: every project that one may see, what is in it, and, for whoever manages it, who may do what there.
import { printFilters, useFilters } from '../../app/filters.ts';
import { useMay } from '../../app/session.ts';
import { countText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { GrantsPanel } from './grants-panel.tsx';
import { type Project, useProjects } from './queries.ts';

export function ProjectsPage() {
  const projects = useProjects();
  const [{ project = '' }] = useFilters();
  const chosen = projects.data?.projects.find((one) => one.name === project);
  return (
    <>
      <PageHead title="Projects" />
      <Panel title="Projects" flush answered_ms={projects.dataUpdatedAt} note="experiments and models by their tag “project”">
        <Answer query={projects} room="8rem">
          {(answer) => (answer.projects.length === 0 ? <Nothing /> : <ProjectRows of={answer.projects} />)}
        </Answer>
      </Panel>
      {chosen && chosen.members !== null ? <GrantsPanel kind="project" name={chosen.name} key={chosen.name} /> : null}
    </>
  );
}

const within = (path: string, project: string): string => path + printFilters({ project });

const ProjectRows = ({ of }: { of: readonly Project[] }) => (
  <Rows
    label="Projects"
    rows={of}
    keyOf={(one) => one.name}
    columns={[
      { name: 'Project', cell: (one) => (one.members === null ? one.name : <To href={within('/projects', one.name)}>{one.name}</To>) },
      { name: 'Experiments', number: true, cell: (one) => one.experiments },
      { name: 'Runs', number: true, cell: (one) => <To href={within('/runs', one.name)}>{countText(one.runs, 'run')}</To> },
      { name: 'Models', number: true, cell: (one) => <To href={within('/models', one.name)}>{countText(one.models, 'model')}</To> },
      { name: 'Members', number: true, cell: (one) => one.members ?? <span className="soft">not shown</span> },
    ]}
  />
);

function Nothing() {
  return (
    <Empty>
      <p>{useMay('viewer') ? 'No experiment and no model yet.' : 'Nothing was granted to you yet.'}</p>
      <p>
        A project begins with what is made in it: <code>holdfast token make vision --role guest --project vision</code> makes a token that needs no other
        setting.
      </p>
    </Empty>
  );
}
