// web/alerts: one alert: what, since when, where, how sure, why, what to do, and what was done.
import { featureInWords } from '@holdfast/stats';
import { Select } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { usePlace } from '../../app/path.ts';
import { useMay } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { countText, evidenceText, exactText, numberText, probabilityText, shareText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { listed_max, samplesHref } from '../samples/filter.ts';
import { type Alert, useAlert } from './queries.ts';

export function AlertPage() {
  const id = usePlace('id');
  const alert = useAlert(id);
  const seen = alert.data;
  return (
    <>
      <PageHead
        title={seen?.title ?? id}
        above={[['Alerts', '/alerts']]}
        state={seen ? <State word={seen.state} /> : null}
        actions={seen && (seen.state === 'firing' || seen.state === 'acknowledged') ? <Actions of={seen} /> : null}
      />
      <Answer query={alert}>{(answer) => <Body of={answer} answered_ms={alert.dataUpdatedAt} />}</Answer>
    </>
  );
}

function Body({ of, answered_ms }: { of: Alert; answered_ms: number }) {
  return (
    <>
      <div className="columns wide-left">
        <Panel title="Cause and suggestion" answered_ms={answered_ms}>
          <div className="stack">
            <p>{of.cause}</p>
            <p>
              <strong>What to do:</strong> {of.suggestion}
            </p>
            <Samples of={of} />
          </div>
        </Panel>
        <Panel title="State" answered_ms={answered_ms}>
          <Facts of={stateFacts(of)} />
        </Panel>
      </div>
      <Panel title="Devices" flush answered_ms={answered_ms}>
        <DeviceRows of={of} />
      </Panel>
      <Panel title="What it started" flush answered_ms={answered_ms}>
        {of.firings.length === 0 ? (
          <Empty>It fired no trigger. A trigger on {of.model} starts a workflow when an alert opens.</Empty>
        ) : (
          <Rows
            label="Triggers that it fired"
            rows={of.firings}
            keyOf={(f) => `${f.trigger} ${f.at_ms}`}
            columns={[
              { name: 'Trigger', cell: (f) => f.trigger },
              { name: 'Outcome', cell: (f) => <State word={f.outcome} /> },
              {
                name: 'Execution',
                cell: (f) => (f.execution ? <To href={`/executions/${f.execution}`}>{f.execution}</To> : <span className="soft">none</span>),
              },
              { name: 'When', cell: (f) => <Ago at_ms={f.at_ms} /> },
            ]}
          />
        )}
      </Panel>
    </>
  );
}

/** Of the devices of the alert alone, from the onset on: what they kept before looked like the reference. */
function Samples({ of }: { of: Alert }) {
  const drifted = of.devices.filter((device) => device.cleared_ms === null);
  const devices = (drifted.length > 0 ? drifted : of.devices).map(({ id }) => id);
  const named = Math.min(devices.length, listed_max.devices);
  const whose = named < devices.length ? `the first ${named} of ${devices.length} devices` : named === 1 ? 'the device' : `the ${named} devices`;
  return (
    <p>
      <To href={samplesHref({ model: of.model, devices, since_ms: sinceOf(of) })}>
        Samples to look at: what {whose} kept since {of.onset_ms === null ? 'it opened' : 'the onset'}
      </To>
      . A new version learns from those that get a label.
    </p>
  );
}

const sinceOf = ({ onset_ms, since_ms }: Alert): number => Math.min(onset_ms ?? since_ms, since_ms);

function stateFacts(of: Alert) {
  const { acknowledged, silenced } = of;
  return [
    [of.state === 'suspect' ? 'Suspected since' : 'Open since', <Ago at_ms={of.since_ms} />],
    ...causeFacts(of),
    ['Cohort', cohortText(of)],
    ['Last change', <Ago at_ms={of.updated_ms} />],
    [
      'Resolved',
      of.resolved_ms === null ? (
        'not yet'
      ) : (
        <span>
          <Ago at_ms={of.resolved_ms} />
          {of.resolved_reason ? `: ${of.resolved_reason}` : ''}
        </span>
      ),
    ],
    ['Monitor', <MonitorName of={of} />],
    ['Version', <To href={`/models/${encodeURIComponent(of.model)}/${of.model_version}`}>{`${of.model} ${of.model_version}`}</To>],
    [
      'Acknowledged',
      acknowledged ? (
        <span>
          by {acknowledged.by}, <Ago at_ms={acknowledged.at_ms} />: {acknowledged.reason}
        </span>
      ) : (
        'by nobody'
      ),
    ],
    [
      'Silenced',
      silenced ? (
        <span>
          by {silenced.by} until {exactText(silenced.until_ms)}: {silenced.reason}
        </span>
      ) : (
        'no'
      ),
    ],
  ] as const;
}

/** A monitor on a device says what it looks at, and no fault. */
function causeFacts(of: Alert) {
  if (of.origin === 'device') return [['Looks at', of.feature ?? 'no one feature']] as const;
  return [
    ['Onset', of.onset_ms === null ? 'not known' : <Ago at_ms={of.onset_ms} />],
    ['Likely fault', of.fault === 'shape' ? 'not clear: the shape changed' : of.fault.replaceAll('_', ' ')],
    ['Features', featuresText(of)],
  ] as const;
}

const MonitorName = ({ of }: { of: Alert }) =>
  of.origin === 'device' ? (
    <span>{of.monitor}, on the devices</span>
  ) : (
    <To href={`/drift?model=${encodeURIComponent(of.model)}&monitor=${encodeURIComponent(of.monitor)}`}>{of.monitor}</To>
  );

function featuresText({ features }: Alert): string {
  const named = features.slice(0, 5).map((f) => `${featureInWords(f.name)} (${countText(f.devices, 'device')}, effect ${numberText(f.effect)})`);
  return `${named.join(', ')}${features.length > named.length ? ` and ${features.length - named.length} more` : ''}`;
}

/** Where it is: the fact that its devices share more than chance would have it. */
function cohortText({ cohort }: Alert): string {
  if (!cohort) return 'no fact about the devices stands out';
  const { fact, value, drifted_with, drifted, watched_with, watched, lift, evidence } = cohort;
  const together = evidence === undefined || evidence === null ? '' : `; all of these together: evidence ${evidenceText(evidence)} to 1`;
  return `${fact} ${value}: ${drifted_with} of ${drifted} drifted devices, ${watched_with} of ${watched} watched ones (${numberText(lift)} times as often)${together}`;
}

const features_shown = 4;

/** How sure: the features that are drifted, strongest first, each with its distance and its evidence. */
function Surety({ features }: { features: Alert['devices'][number]['features'] }) {
  return (
    <span className="stack tight">
      {features.slice(0, features_shown).map((f) => (
        <span key={f.name}>
          {featureInWords(f.name)}:{' '}
          {f.fault === 'missing' && f.missing
            ? `missing in ${shareText(f.missing.share)}, ${shareText(f.missing.reference_share)} in the reference`
            : `distance ${numberText(f.effect ?? f.distance)}`}
          {f.evidence === undefined ? `, p ${probabilityText(f.p_value)}` : `, evidence ${evidenceText(f.evidence)} to 1`}
        </span>
      ))}
      {features.length > features_shown ? (
        <span className="soft">
          and{' '}
          {features
            .slice(features_shown)
            .map((f) => featureInWords(f.name))
            .join(', ')}
        </span>
      ) : null}
    </span>
  );
}

const distributionHref = ({ model, monitor }: Alert, device: string, feature: string): string =>
  `/drift?${new URLSearchParams({ model, monitor, device, feature })}`;

const DeviceRows = ({ of }: { of: Alert }) => (
  <Rows
    label="Devices of the alert"
    rows={of.devices}
    keyOf={(d) => d.id}
    columns={[
      { name: 'Device', cell: (d) => <To href={`/devices/${d.id}`}>{d.name}</To> },
      { name: 'State', cell: (d) => (d.cleared_ms === null ? <State word="drifted" /> : <State word="cleared" tone="ok" />) },
      { name: 'Since', cell: (d) => <Ago at_ms={d.since_ms} /> },
      { name: 'Cleared', cell: (d) => (d.cleared_ms === null ? <span className="soft">not yet</span> : <Ago at_ms={d.cleared_ms} />) },
      { name: of.origin === 'device' ? 'What it said' : 'How sure', cell: (d) => (d.said === null ? <Surety features={d.features} /> : <span>{d.said}</span>) },
      {
        name: 'Look',
        cell: (d) => (
          <span className="stack tight">
            {d.features[0] ? <To href={distributionHref(of, d.id, d.features[0].name)}>distribution</To> : null}
            <To href={samplesHref({ model: of.model, device: d.id, since_ms: sinceOf(of) })}>samples</To>
          </span>
        ),
      },
    ]}
  />
);

const spans = { '1 hour': 3_600_000, '8 hours': 28_800_000, '1 day': 86_400_000, '7 days': 604_800_000 } as const;

function Actions({ of }: { of: Alert }) {
  const may = useMay('editor');
  const acknowledge = useChange('alertAck');
  const silence = useChange('alertSilence');
  const [span, setSpan] = useState<keyof typeof spans>('8 hours');
  return (
    <>
      <Confirm
        label="Acknowledge"
        title="Acknowledge the alert"
        reason="Reason"
        disabled={!may || of.state === 'acknowledged'}
        act={(reason) => acknowledge.mutateAsync({ params: { id: of.id }, body: { reason } })}
      >
        Says that somebody looks after it. It stays open until the devices are clean.
      </Confirm>
      <Confirm
        label="Silence"
        title="Silence the alert"
        reason="Reason"
        disabled={!may}
        act={(reason) => silence.mutateAsync({ params: { id: of.id }, body: { reason, for_ms: spans[span] } })}
      >
        <p>It fires no trigger until then.</p>
        <Select
          label="For"
          data={Object.keys(spans)}
          value={span}
          onChange={(value) => value && setSpan(value as keyof typeof spans)}
          allowDeselect={false}
          mt="xs"
        />
      </Confirm>
    </>
  );
}
