// web/devices: what the device keeps and sends for people to look at, and the labels that go back to it; the rule of quarantine is set here.
import { NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { countText, numberText, shareText } from '../../parts/format.ts';
import { To } from '../../parts/to.tsx';
import { samplesHref } from '../samples/filter.ts';
import type { Device } from './queries.ts';

const everyText = (every: number, what: string): string => (every === 0 ? 'none' : every === 1 ? `every ${what}` : `one ${what} in ${numberText(every)}`);

export function Kept({ of }: { of: Device }) {
  const { capture, quarantine, label_feed } = of;
  const { quarantine: rule } = capture;
  const waiting =
    quarantine.waiting === 0 ? 'none' : <To href={samplesHref({ device: of.id, reason: 'quarantine' })}>{countText(quarantine.waiting, 'sample')}</To>;
  return (
    <div className="stack">
      <Facts
        of={[
          ['Samples', `${everyText(capture.sample_every, 'image')}; while drifted ${everyText(capture.sample_every_drifted, 'image')}`],
          ['Predictions', everyText(capture.predictions_every, 'prediction')],
          ['Quarantine', rule ? `below ${shareText(rule.confidence_below)}, ${rule.an_hour_max} an hour at most` : 'off'],
          ...(quarantine.kept === null
            ? []
            : ([['Set aside', `${numberText(quarantine.kept)}; ${numberText(quarantine.left_out ?? 0)} beyond its hour, since its agent started`]] as const)),
          ['To review', waiting],
          ['Labels given', numberText(label_feed.given)],
          ['Labels taken', label_feed.taken === null ? 'it asks for none' : `up to ${numberText(label_feed.taken)}`],
          ['Labels waiting', numberText(label_feed.waiting)],
        ]}
      />
      {of.state === 'removed' ? null : <SetQuarantine of={of} />}
    </div>
  );
}

function SetQuarantine({ of }: { of: Device }) {
  const capture = useChange('deviceCapture');
  const [below, setBelow] = useState<string | number>(0);
  const [an_hour, setAnHour] = useState<string | number>(60);
  const take = () => {
    const rule = of.capture.quarantine;
    setBelow(rule ? 100 * rule.confidence_below : 60);
    setAnHour(rule?.an_hour_max ?? 60);
  };
  const quarantine = Number(below) > 0 ? { confidence_below: Number(below) / 100, an_hour_max: Number(an_hour) } : null;
  return (
    <div className="row">
      <Confirm
        label="Set quarantine"
        title={`Quarantine of ${of.name}`}
        disabled={!useMay('editor')}
        onOpen={take}
        act={() => capture.mutateAsync({ params: { id: of.id }, body: { quarantine } })}
      >
        <p>The device keeps the answers that its model is not sure of, for people to label. Their labels go to the next dataset, and back to the device.</p>
        <NumberInput label="Confidence below (%); 0 turns it off" value={below} onChange={setBelow} min={0} max={100} required mt="xs" />
        <NumberInput label="At most so many an hour" value={an_hour} onChange={setAnHour} min={1} max={100_000} allowDecimal={false} required mt="xs" />
      </Confirm>
    </div>
  );
}
