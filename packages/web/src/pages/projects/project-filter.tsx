// web/projects: the choice of a project, in the address, with how many each holds of what the page shows. A server with one project has nothing to choose.
import { Select } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { type Project, useProjects } from './queries.ts';

export function ProjectFilter({ count }: { count: (project: Project) => number }) {
  const [{ project = '' }, set] = useFilters();
  const projects = useProjects().data?.projects ?? [];
  if (projects.length < 2 && project === '') return null;
  return (
    <Select
      label="Project"
      size="xs"
      allowDeselect={false}
      searchable
      value={project}
      onChange={(value) => set({ project: value ?? '', experiment: '' })}
      data={[{ value: '', label: 'all' }, ...projects.map((one) => ({ value: one.name, label: `${one.name} (${count(one)})` }))]}
    />
  );
}
