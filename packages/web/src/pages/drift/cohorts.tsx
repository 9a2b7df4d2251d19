// web/drift: where it is: the cohorts whose devices have changed together, whether or not one of them was found by itself.
import { featureInWords } from '@holdfast/stats';
import { evidenceText, shareText } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import type { DriftMap } from './queries.ts';

export function Cohorts({ of, several }: { of: DriftMap['cohorts']; several: boolean }) {
  if (of.length === 0) return null;
  return (
    <Panel title="Changed together" flush note="cohorts and features by e-BH, without the strongest device of each">
      <Rows
        label="Cohorts that have changed"
        rows={of}
        keyOf={(one) => [one.monitor, one.fact, one.value, one.feature].join(' ')}
        columns={[
          { name: 'Where', cell: (one) => (one.fact === 'fleet' ? one.value : `${one.fact} ${one.value}`) },
          { name: 'Feature', cell: (one) => featureInWords(one.feature) },
          { name: 'Devices', number: true, cell: (one) => one.devices },
          { name: 'Changed, about', number: true, cell: (one) => shareText(one.share) },
          { name: 'Evidence', number: true, cell: (one) => `${evidenceText(one.evidence)} to 1` },
          ...(several ? [{ name: 'Monitor', cell: (one: DriftMap['cohorts'][number]) => one.monitor }] : []),
        ]}
      />
    </Panel>
  );
}
