// web/settings: makes or changes a monitor, and says in sentences what the change means.
import { NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { useModelNames } from '../models/queries.ts';
import { type Judging, changesOf, ruleOf } from './meaning.ts';
import type { Monitor } from './queries.ts';

interface Draft {
  readonly name: string;
  readonly model: string;
  readonly enabled: boolean;
  readonly budget: number | string;
  readonly distance: number | string;
  readonly opens: number | string;
  readonly resolves: number | string;
}

const draftOf = (of: Monitor | null): Draft => ({
  name: of?.name ?? '',
  model: of?.model ?? '',
  enabled: of?.enabled ?? true,
  budget: of?.false_alarms_per_device_month ?? 0.1,
  distance: of?.distance_min ?? 0.12,
  opens: of?.windows_to_open ?? 2,
  resolves: of?.windows_to_resolve ?? 2,
});
const judgingOf = (draft: Draft): Judging => ({
  enabled: draft.enabled,
  false_alarms_per_device_month: Number(draft.budget),
  distance_min: Number(draft.distance),
  windows_to_open: Number(draft.opens),
  windows_to_resolve: Number(draft.resolves),
});

export function EditMonitor({ label, short, of }: { label: string; short?: string; of: Monitor | null }) {
  const put = useChange('monitorPut');
  const may = useMay('editor');
  const [draft, setDraft] = useState(() => draftOf(of));
  const save = () => put.mutateAsync({ params: { name: draft.name }, body: { model: draft.model, ...judgingOf(draft) } });
  return (
    <Confirm label={label} {...(short ? { short } : {})} title={label} disabled={!may} onOpen={() => setDraft(draftOf(of))} act={save}>
      <div className="form">
        {of === null ? <WhichModel draft={draft} set={(change) => setDraft((before) => ({ ...before, ...change }))} /> : null}
        <Numbers draft={draft} set={(change) => setDraft((before) => ({ ...before, ...change }))} />
        <Meaning before={of} after={judgingOf(draft)} />
      </div>
    </Confirm>
  );
}

interface PartProps {
  readonly draft: Draft;
  readonly set: (change: Partial<Draft>) => void;
}

function WhichModel({ draft, set }: PartProps) {
  const models = useModelNames();
  return (
    <>
      {models.error ? <ProblemNote error={models.error} /> : null}
      <TextInput label="Name" value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} maxLength={100} required />
      <Select label="Model" data={models.data ?? []} value={draft.model || null} onChange={(model) => model && set({ model })} required />
    </>
  );
}

const Numbers = ({ draft, set }: PartProps) => (
  <>
    <NumberInput
      label="False alarms a device and 30 days"
      description="the budget from which the level of the test is set, over all features"
      value={draft.budget}
      onChange={(budget) => set({ budget })}
      min={0.01}
      max={100}
      step={0.5}
      required
    />
    <NumberInput
      label="Smallest distance that matters"
      description="0 to 1"
      value={draft.distance}
      onChange={(distance) => set({ distance })}
      min={0}
      max={1}
      step={0.01}
      required
    />
    <NumberInput label="Drifted windows in a row before an alert opens" value={draft.opens} onChange={(opens) => set({ opens })} min={1} max={100} required />
    <NumberInput label="Clean windows before it resolves" value={draft.resolves} onChange={(resolves) => set({ resolves })} min={1} max={100} required />
    <Switch label="Enabled" checked={draft.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
  </>
);

function Meaning({ before, after }: { before: Monitor | null; after: Judging }) {
  const changes = before ? changesOf(before, after) : [];
  return (
    <div className="stack tight meaning" aria-live="polite">
      <p>{ruleOf(after)}</p>
      {before && changes.length === 0 ? <p className="soft">Nothing is changed.</p> : null}
      {changes.map((change) => (
        <p key={change}>
          <strong>{change}</strong>
        </p>
      ))}
    </div>
  );
}
