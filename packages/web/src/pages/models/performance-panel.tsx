// web/models: how good a model is: by labels, without any, by device or version, and the way to the labels that would settle it.
import { Select } from '@mantine/core';
import { useState } from 'react';
import { type Reply, useRoute } from '../../app/api.ts';
import { type Band, Bands } from '../../charts/bands.tsx';
import { countText, numberText, shareText } from '../../parts/format.ts';
import { Answer, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';

type Performance = Reply<'modelPerformance'>;
type Part = Pick<Performance, 'estimated' | 'labelled' | 'inferences'>;

const cuts = [
  { value: 'device', label: 'by device' },
  { value: 'model_version', label: 'by version' },
] as const;

export function PerformancePanel({ name }: { name: string }) {
  const [by, setBy] = useState<(typeof cuts)[number]['value']>('device');
  const found = useRoute('modelPerformance', { params: { name }, query: { by } });
  return (
    <Panel
      title="Performance"
      answered_ms={found.dataUpdatedAt}
      note="the last 30 days"
      actions={<Select size="xs" aria-label="Performance by" data={[...cuts]} value={by} onChange={(value) => value && setBy(value)} allowDeselect={false} />}
    >
      <Answer query={found} room="8rem">
        {(answer) => (
          <div className="stack">
            {answer.says.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
            {answer.ask.length > 0 ? <To href={`/samples?model=${encodeURIComponent(name)}`}>Label samples of {name}</To> : null}
            {answer.estimated || answer.labelled ? <Segments of={answer} by={by} /> : null}
            {answer.labelled ? <Scores of={answer.labelled} /> : null}
            {answer.labelled ? <ByClass of={answer} /> : null}
          </div>
        )}
      </Answer>
    </Panel>
  );
}

const knownOf = ({ labelled }: Part): Band | null => labelled && { value: labelled.accuracy, low: labelled.accuracy_low, high: labelled.accuracy_high };
const estimateOf = ({ estimated }: Part): Band | null => estimated && { value: estimated.accuracy, low: estimated.low, high: estimated.high };

function Segments({ of, by }: { of: Performance; by: 'device' | 'model_version' }) {
  const named = of.segments.map((part) => ({ name: by === 'device' ? part.name : `version ${part.name}`, part }));
  const rows = [{ name: 'all', part: of as Part }, ...named].map(({ name, part }) => ({ name, estimated: estimateOf(part), known: knownOf(part) }));
  const more = of.left_out.segments > 0 ? `; ${of.left_out.segments} more are not shown` : '';
  return <Bands label="Accuracy" summary={`Accuracy over ${countText(of.inferences, 'inference')}, ${rows.length - 1} parts${more}.`} rows={rows} />;
}

const Scores = ({ of }: { of: NonNullable<Performance['labelled']> }) => {
  const known = [
    ['F1', of.f1_macro],
    ['AUROC', of.auroc],
    ['log-loss', of.log_loss],
    ['calibration error', of.calibration_error],
  ] as const;
  const said = known.flatMap(([name, value]) => (value === null ? [] : [`${name} ${numberText(value)}`]));
  return <p>By labels, means over the classes: {said.join(', ')}.</p>;
};

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
