// web/devices: one device: is it well, does it run what it should, and what happened on it, on one time axis.
import { SegmentedControl } from '@mantine/core';
import type { ReactNode } from 'react';
import { useChange } from '../../app/api.ts';
import { useFilters } from '../../app/filters.ts';
import { useNow } from '../../app/now.ts';
import { usePlace } from '../../app/path.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { exactText, listText } from '../../parts/format.ts';
import { HardwareFacts } from '../../parts/hardware-facts.tsx';
import { Answer, Panel, Waiting } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { To } from '../../parts/to.tsx';
import { Desired } from './desired.tsx';
import { DeviceState, driftedNames } from './device-state.tsx';
import { Kept } from './kept.tsx';
import { Marks } from './marks.tsx';
import { Panes } from './panes.tsx';
import { type Device, type Timeline, useDevice, useTimeline } from './queries.ts';
import { rangeOf, ranges } from './range.ts';
import { samplesHref } from '../samples/filter.ts';
import { Health, Identity, Outbox, Program } from './vitals.tsx';

export function DevicePage() {
  const id = usePlace('id');
  const device = useDevice(id);
  return (
    <>
      <PageHead
        title={device.data?.name ?? id}
        above={[['Devices', '/devices']]}
        state={device.data ? <DeviceState of={device.data} /> : null}
        actions={
          device.data && device.data.state !== 'removed' ? (
            <>
              <To href={samplesHref({ device: device.data.id })}>Label its samples</To>
              <Remove of={device.data} />
            </>
          ) : null
        }
      />
      <Answer query={device} room="26rem">
        {(d) => <Summary of={d} answered_ms={device.dataUpdatedAt} />}
      </Answer>
      {device.error && !device.data ? null : <History of={id} />}
    </>
  );
}

function History({ of }: { of: string }) {
  const [filters, set] = useFilters();
  const range = rangeOf(filters, useNow());
  const timeline = useTimeline(of, range);
  return (
    <>
      <Panel
        title="Timeline"
        answered_ms={timeline.dataUpdatedAt}
        note={range.name === null ? `${exactText(range.from_ms)} to ${exactText(range.to_ms!)}` : 'drag over a pane to look closer'}
        actions={
          <SegmentedControl
            size="xs"
            data={Object.keys(ranges)}
            value={range.name ?? ''}
            onChange={(name) => set({ range: name, from: '', to: '' })}
            aria-label="Time range"
          />
        }
      >
        <Answer query={timeline} room="90vh">
          {(answer: Timeline) => (
            <Panes of={answer} onRange={(from_ms, to_ms) => set({ from: String(Math.round(from_ms)), to: String(Math.round(to_ms)), range: '' })} />
          )}
        </Answer>
      </Panel>
      {timeline.error && !timeline.data ? null : (
        <Panel title="Events in this range" answered_ms={timeline.dataUpdatedAt}>
          {timeline.data ? <Marks of={timeline.data} /> : <Waiting />}
        </Panel>
      )}
    </>
  );
}

function Summary({ of, answered_ms }: { of: Device; answered_ms: number }) {
  const panel = (title: string, body: ReactNode) => (
    <Panel title={title} answered_ms={answered_ms}>
      {body}
    </Panel>
  );
  return (
    <>
      <p className="says" aria-live="polite">
        {of.update} {of.ill.length > 0 ? <span className="t-bad">It is ill: {of.ill.map((one) => one.text).join('; ')}.</span> : null}{' '}
        {of.drifted.length > 0 ? <DriftSentence of={of} /> : null}
      </p>
      <div className="columns narrow">
        {panel('Desired and reported', <Desired of={of} />)}
        {panel(
          'Program and outbox',
          <div className="stack">
            <Program of={of} />
            <Outbox of={of} />
          </div>,
        )}
        <div className="stack">
          {panel('Health', <Health of={of} />)}
          {panel('Kept and labelled', <Kept of={of} />)}
        </div>
        {panel(
          'Identity and hardware',
          <div className="stack">
            <Identity of={of} />
            <HardwareFacts of={of.hardware} none="The device has not said what it is." />
          </div>,
        )}
      </div>
    </>
  );
}

const DriftSentence = ({ of }: { of: Device }) => (
  <span className="t-warn">
    Drifted: {listText(driftedNames(of))}, found by {listText([...new Set(of.drifted.map((d) => d.monitor))])} (
    <To href={`/drift?model=${encodeURIComponent(of.current?.model ?? '')}&device=${of.id}&feature=${encodeURIComponent(of.drifted[0]!.feature)}`}>
      see the distribution
    </To>
    ).
  </span>
);

function Remove({ of }: { of: Device }) {
  const remove = useChange('deviceRemove');
  return (
    <Confirm label="Remove device" title={`Remove ${of.name}`} grave disabled={!useMay('editor')} act={() => remove.mutateAsync({ params: { id: of.id } })}>
      The key of {of.name} is refused from now on. What it sent stays. To bring it back, it joins again.
    </Confirm>
  );
}
