// web/models: how good a model is: by labels, without any, by device, version, hardware or label of devices, and the way to the labels that would settle it.
import { Select } from '@mantine/core';
import { type Reply, useRoute } from '../../app/api.ts';
import { useFilters } from '../../app/filters.ts';
import { type Band, Bands } from '../../charts/bands.tsx';
import { Reliability } from '../../charts/reliability.tsx';
import { countText, numberText, shareText } from '../../parts/format.ts';
import { factText, factTitle } from '../../parts/hardware.ts';
import { Answer, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { samplesHref } from '../samples/filter.ts';
import { type NamedPart, type Part, PartRows } from './performance-parts.tsx';

type Performance = Reply<'modelPerformance'>;

const usual_cuts = ['device', 'model_version'] as const;

/** What the segments are, in words. */
function cutText(cut: string): string {
  if (cut === 'device') return 'by device';
  if (cut === 'model_version') return 'by version';
  const name = cut.slice(cut.indexOf(':') + 1);
  return cut.startsWith('hardware:') ? `by hardware: ${factTitle(name).toLowerCase()}` : `by label: ${name}`;
}

function segmentText(cut: string, name: string): string {
  if (cut === 'model_version') return `version ${name}`;
  return cut.startsWith('hardware:') ? factText(cut.slice('hardware:'.length), name) : name;
}

export function PerformancePanel({ name }: { name: string }) {
  const [filters, set] = useFilters();
  const by = filters['by'] ?? usual_cuts[0];
  const found = useRoute('modelPerformance', { params: { name }, query: { by } }, { keep: true });
  const cuts = [...new Set([...usual_cuts, ...(found.data?.cuts ?? []), by])];
  return (
    <Panel
      title="Performance"
      answered_ms={found.dataUpdatedAt}
      note="the last 30 days"
      actions={
        <Select
          size="xs"
          aria-label="Performance by"
          w="16rem"
          data={cuts.map((cut) => ({ value: cut, label: cutText(cut) }))}
          value={by}
          onChange={(value) => value && set({ by: value === usual_cuts[0] ? '' : value })}
          allowDeselect={false}
          searchable
        />
      }
    >
      <Answer query={found} room="8rem">
        {(answer) => <Known of={answer} by={by} />}
      </Answer>
    </Panel>
  );
}

function Known({ of, by }: { of: Performance; by: string }) {
  const parts = [{ name: 'all', part: of as Part }, ...of.segments.map((part) => ({ name: segmentText(by, part.name), part }))];
  const isKnown = of.estimated !== null || of.labelled !== null;
  return (
    <div className="stack">
      {of.says.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {of.ask.length > 0 ? (
        <To href={samplesHref({ model: of.model, ids: of.ask })}>Label the {countText(of.ask.length, 'sample')} that would settle it</To>
      ) : null}
      {isKnown ? <Accuracies of={of} parts={parts} /> : null}
      {isKnown || of.regression ? <PartRows of={parts} /> : null}
      {of.labelled && of.labelled.reliability.length > 0 ? <Reliability label="Calibration by labels" bins={of.labelled.reliability} /> : null}
      {of.labelled ? <ByClass of={of} /> : null}
    </div>
  );
}

const knownOf = ({ labelled }: Part): Band | null => labelled && { value: labelled.accuracy, low: labelled.accuracy_low, high: labelled.accuracy_high };
const estimateOf = ({ estimated }: Part): Band | null => estimated && { value: estimated.accuracy, low: estimated.low, high: estimated.high };

function Accuracies({ of, parts }: { of: Performance; parts: readonly NamedPart[] }) {
  const rows = parts.map(({ name, part }) => ({ name, estimated: estimateOf(part), known: knownOf(part) }));
  const more = of.left_out.segments > 0 ? `; ${of.left_out.segments} more are not shown` : '';
  const summary = `Accuracy over ${countText(of.inferences, 'inference')}, ${countText(rows.length - 1, 'segment')}${more}.`;
  return <Bands label="Accuracy" summary={summary} rows={rows} />;
}

const ByClass = ({ of }: { of: Performance }) => (
  <Rows
    label="By class"
    rows={of.labelled!.by_class}
    keyOf={(row) => row.class}
    columns={[
      { name: 'Class', cell: (row) => of.class_names[row.class] ?? String(row.class) },
      { name: 'Labelled so', number: true, cell: (row) => numberText(row.actual) },
      { name: 'Said', number: true, cell: (row) => numberText(row.predicted) },
      { name: 'Right', number: true, cell: (row) => numberText(row.right) },
      { name: 'F1', number: true, cell: (row) => shareText(row.f1) },
    ]}
  />
);
