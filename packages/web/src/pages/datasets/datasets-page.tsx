// web/datasets: every dataset and its newest version.
import { Ago } from '../../parts/ago.tsx';
import { bytesText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { useDatasets } from './queries.ts';

export function DatasetsPage() {
  const datasets = useDatasets();
  return (
    <>
      <PageHead title="Datasets" />
      <Panel title="Datasets" flush answered_ms={datasets.dataUpdatedAt}>
        <Answer query={datasets}>
          {(answer) =>
            answer.datasets.length === 0 ? (
              <Empty>
                No dataset yet. <code>holdfast dataset add</code> makes one from a folder, and a workflow collects samples of devices into one.
              </Empty>
            ) : (
              <Rows
                label="Datasets"
                rows={answer.datasets}
                keyOf={(d) => d.name}
                columns={[
                  { name: 'Dataset', cell: (d) => <To href={`/datasets/${d.name}`}>{d.name}</To> },
                  { name: 'Newest', cell: (d) => (d.versions[0] ? `version ${d.versions[0].version}` : 'none') },
                  { name: 'Files', number: true, cell: (d) => d.versions[0]?.files.length ?? 0 },
                  { name: 'Size', number: true, cell: (d) => bytesText(d.versions[0]?.size_bytes ?? 0) },
                  { name: 'Made', cell: (d) => <Ago at_ms={d.versions[0]?.created_ms ?? null} /> },
                  { name: 'Note', cell: (d) => d.versions[0]?.note ?? '' },
                ]}
              />
            )
          }
        </Answer>
      </Panel>
    </>
  );
}
