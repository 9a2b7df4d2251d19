// web/workflows: makes or changes a trigger, and says in a sentence what it will do.
import { NumberInput, Select, Switch, TextInput, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { spanText } from '../../parts/format.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import { useModelNames } from '../models/queries.ts';
import { printParams, readParams } from './params.ts';
import { type Trigger, useWorkflows } from './queries.ts';

interface Draft {
  readonly name: string;
  readonly workflow: string;
  readonly model: string;
  readonly cooldown_min: number | string;
  readonly params: string;
  readonly enabled: boolean;
}
const minute_ms = 60_000;
const day_min = 1_440;

const draftOf = (of: Trigger | null, workflow: string): Draft => ({
  name: of?.name ?? '',
  workflow: of?.workflow ?? workflow,
  model: of?.on.model ?? '',
  cooldown_min: of ? of.cooldown_ms / minute_ms : day_min,
  params: printParams(of?.params ?? {}),
  enabled: of?.enabled ?? true,
});

interface EditTriggerProps {
  readonly label: string;
  readonly short?: string;
  /** Null: a new one. */
  readonly of: Trigger | null;
  readonly workflow?: string;
}

export function EditTrigger({ label, short, of, workflow = '' }: EditTriggerProps) {
  const put = useChange('triggerPut');
  const may = useMay('editor');
  const [draft, setDraft] = useState(() => draftOf(of, workflow));
  const save = async () => {
    const { name, model, params, enabled } = draft;
    const cooldown_ms = Math.round(Number(draft.cooldown_min) * minute_ms);
    const body = { workflow: draft.workflow, on: { kind: 'alert' as const, model }, cooldown_ms, params: readParams(params), enabled };
    await put.mutateAsync({ params: { name }, body });
  };
  return (
    <Confirm label={label} {...(short ? { short } : {})} title={label} disabled={!may} onOpen={() => setDraft(draftOf(of, workflow))} act={save}>
      <TriggerForm draft={draft} isNew={of === null} set={(change) => setDraft((before) => ({ ...before, ...change }))} />
    </Confirm>
  );
}

interface TriggerFormProps {
  readonly draft: Draft;
  readonly isNew: boolean;
  readonly set: (change: Partial<Draft>) => void;
}

function TriggerForm({ draft, isNew, set }: TriggerFormProps) {
  const workflows = useWorkflows();
  const models = useModelNames();
  const error = workflows.error ?? models.error;
  const names = [...new Set([...(workflows.data?.workflows.map((w) => w.name) ?? []), ...(draft.workflow ? [draft.workflow] : [])])];
  const known = [...new Set([...(models.data ?? []), ...(draft.model ? [draft.model] : [])])];
  return (
    <div className="form">
      {error ? <ProblemNote error={error} /> : null}
      {isNew ? <TextInput label="Name" value={draft.name} onChange={(event) => set({ name: event.currentTarget.value })} maxLength={100} required /> : null}
      <Select label="When an alert opens on the model" data={known} value={draft.model || null} onChange={(model) => model && set({ model })} required />
      <Select label="Start the workflow" data={names} value={draft.workflow || null} onChange={(workflow) => workflow && set({ workflow })} required />
      <NumberInput
        label="Cooldown (minutes)"
        description="at least so long from one start to the next"
        value={draft.cooldown_min}
        onChange={(cooldown_min) => set({ cooldown_min })}
        min={0}
        max={52_560_000}
        required
      />
      <Textarea
        label="Parameters"
        description="NAME=VALUE, one a line; alert, model and since_ms are added by the trigger"
        autosize
        minRows={2}
        maxRows={8}
        value={draft.params}
        onChange={(event) => set({ params: event.currentTarget.value })}
      />
      <Switch label="Enabled" checked={draft.enabled} onChange={(event) => set({ enabled: event.currentTarget.checked })} />
      <p className="meaning" aria-live="polite">
        {sentenceOf(draft)}
      </p>
    </div>
  );
}

function sentenceOf({ model, workflow, cooldown_min, enabled }: Draft): string {
  if (!model || !workflow) return 'Choose a model and a workflow.';
  if (!enabled) return 'It is kept, and starts nothing.';
  const cooldown = Number(cooldown_min) > 0 ? `at most once in ${spanText(Number(cooldown_min) * minute_ms)}` : 'each time';
  return `An alert on ${model} that opens, or grows by a device, starts ${workflow}, ${cooldown}; one that is still open when the cooldown is over starts it once more.`;
}
