// web/projects: the choice of a project, in the address, with how many each holds of what the page shows. A server with one project has nothing to choose.
import { Select } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';

interface Counted {
  readonly project: string;
  readonly count: number;
}

export function ProjectFilter({ of }: { of: readonly Counted[] }) {
  const [{ project = '' }, set] = useFilters();
  const projects = [...Map.groupBy(of, (one) => one.project)].toSorted(([a], [b]) => a.localeCompare(b));
  if (projects.length < 2 && project === '') return null;
  return (
    <Select
      label="Project"
      size="xs"
      allowDeselect={false}
      searchable
      value={project}
      onChange={(value) => set({ project: value ?? '', experiment: '' })}
      data={[
        { value: '', label: 'all' },
        ...projects.map(([name, all]) => ({ value: name, label: `${name} (${all.reduce((sum, one) => sum + one.count, 0)})` })),
      ]}
    />
  );
}
