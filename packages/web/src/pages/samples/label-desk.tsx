// web/samples: one sample after the other: what it looks like, what the model said, and what it really shows. Its keys work while it has the focus.
import { Button } from '@mantine/core';
import { type KeyboardEvent, useRef } from 'react';
import { useMay } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Facts } from '../../parts/facts.tsx';
import { countText, shareText } from '../../parts/format.ts';
import { Waiting } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { To } from '../../parts/to.tsx';
import { type Deed, deedOf } from './keys.ts';
import type { Labels } from './labels.ts';
import { type Sample, useClassNames } from './queries.ts';
import { SampleImage } from './sample-image.tsx';
import { SampleInputs } from './sample-inputs.tsx';
import { useFreeFocus } from './free-focus.ts';

/** Without names: as many classes as there are digits. */
const classes_unnamed = 10;

interface DeskProps {
  readonly samples: readonly Sample[];
  readonly at: number;
  readonly move: (to: number) => void;
  readonly deviceName: (id: string) => string;
  readonly labels: Labels;
}

export function LabelDesk({ samples, at, move, deviceName, labels }: DeskProps) {
  const sample = samples[at]!;
  const desk = useRef<HTMLDivElement>(null);
  const may = useMay('editor');
  const classes = useClassNames(sample.model, sample.model_version);
  const known = classes.names ?? Array.from({ length: Math.max(classes_unnamed, sample.predicted + 1) }, (_, i) => String(i));
  const nameOf = (at_class: number) => known[at_class] ?? String(at_class);
  const given = labels.of(sample.id);
  const now = given ? given.label : sample.label;
  const isDismissed = given ? given.label === null : sample.dismissed;
  useFreeFocus(desk);
  const act = (deed: Deed) => {
    if (deed.kind === 'next' || deed.kind === 'back') return move(at + (deed.kind === 'next' ? 1 : -1));
    if (!may || classes.isWaiting) return;
    if (labels.give(sample.id, deed.kind === 'label' ? deed.label : null)) move(at + 1);
  };
  const onKey = (event: KeyboardEvent) => {
    const deed = deedOf(event, known.length);
    if (!deed) return;
    event.preventDefault();
    act(deed);
  };
  return (
    <div className="desk" role="group" aria-label="Label the sample" tabIndex={0} ref={desk} onKeyDown={onKey}>
      {sample.width > 0 ? <SampleImage samples={samples} at={at} /> : <SampleInputs of={sample} />}
      <div className="stack">
        <p aria-live="polite">
          Predicted <strong>{nameOf(sample.predicted)}</strong> with confidence {shareText(sample.confidence)}
          {now !== null ? '; labelled ' : isDismissed ? '; dismissed: nobody could tell.' : '; it has no label yet.'}
          {now === null ? null : <strong>{nameOf(now)}.</strong>}
          {given && given.state !== 'saved' ? ' That is not saved yet.' : ''}
        </p>
        {classes.isWaiting ? (
          <Waiting />
        ) : (
          <Classes names={known} predicted={sample.predicted} chosen={now} disabled={!may} choose={(to) => act({ kind: 'label', label: to })} />
        )}
        {classes.names === null ? (
          <p className="soft">
            No bundle of {sample.model} {sample.model_version} is kept, so the classes have numbers and no names.
          </p>
        ) : null}
        {classes.error ? <ProblemNote error={classes.error} /> : null}
        <div className="row">
          <Button size="xs" variant="default" disabled={at === 0} onClick={() => act({ kind: 'back' })}>
            Back ←
          </Button>
          <Button size="xs" variant="default" onClick={() => act({ kind: 'next' })}>
            Skip →
          </Button>
          <Button size="xs" variant="default" disabled={!may || classes.isWaiting} aria-pressed={isDismissed} onClick={() => act({ kind: 'dismiss' })}>
            Not sure u
          </Button>
          <span className="soft">
            keys: {known.length > 10 ? '0 to 9' : `0 to ${known.length - 1}`} label, u not sure (it does not come again), ← back, → or s skip
          </span>
        </div>
        {may ? null : <p className="soft">Labels are given by an editor; your role is to look.</p>}
        <Facts
          of={[
            ['Sample', String(sample.id)],
            ['Device', <To href={`/devices/${sample.device}`}>{deviceName(sample.device)}</To>],
            ['Taken', <Ago at_ms={sample.at_ms} />],
            ['Kept because', whyKept(sample.reason)],
            ['Version', <To href={`/models/${encodeURIComponent(sample.model)}/${sample.model_version}`}>{`${sample.model} ${sample.model_version}`}</To>],
            ['Size', sizeOf(sample)],
          ]}
        />
      </div>
    </div>
  );
}

const why: Readonly<Record<string, string>> = {
  drift: 'its window looked drifted',
  quarantine: 'the model was not sure',
  steady: 'it is one of the steady sample',
};
const whyKept = (reason: string): string => why[reason] ?? reason;

function sizeOf({ width, height, channels, inputs, inputs_left_out }: Sample): string {
  if (width === 0) return `no image, ${countText((inputs?.length ?? 0) + inputs_left_out, 'input')}`;
  return `${width} × ${height}, ${channels === 1 ? '1 channel' : `${channels} channels`}`;
}

interface ClassesProps {
  readonly names: readonly string[];
  readonly predicted: number;
  readonly chosen: number | null;
  readonly disabled: boolean;
  readonly choose: (label: number) => void;
}

const Classes = ({ names, predicted, chosen, disabled, choose }: ClassesProps) => (
  <div className="classes" role="group" aria-label="What it shows">
    {names.map((name, i) => (
      <button
        key={i}
        type="button"
        className={i === predicted ? 'plain class is-predicted' : 'plain class'}
        aria-pressed={i === chosen}
        disabled={disabled}
        onClick={() => choose(i)}
      >
        {i < 10 ? <kbd>{i}</kbd> : null}
        {name}
        {i === predicted ? <span className="hidden">, predicted</span> : null}
      </button>
    ))}
  </div>
);
