// web/workflows: the triggers: when each fires, what it starts, what it did lately, and what may be done with it.
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { spanText } from '../../parts/format.ts';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { EditTrigger } from './edit-trigger.tsx';
import type { Trigger } from './queries.ts';

export const TriggerRows = ({ of }: { of: readonly Trigger[] }) => (
  <Rows
    label="Triggers"
    rows={of}
    keyOf={(t) => t.name}
    columns={[
      { name: 'Trigger', cell: (t) => t.name },
      { name: 'State', cell: (t) => (t.enabled ? <State word="enabled" /> : <State word="disabled" />) },
      {
        name: 'When',
        cell: (t) => (
          <span className="nowrap">
            an alert on <To href={`/models/${encodeURIComponent(t.on.model)}`}>{t.on.model}</To> opens
          </span>
        ),
      },
      { name: 'Starts', cell: (t) => <To href={`/workflows/${t.workflow}`}>{t.workflow}</To> },
      { name: 'Cooldown', number: true, cell: (t) => spanText(t.cooldown_ms) },
      { name: 'Last firings', cell: (t) => <Firings of={t} /> },
      { name: 'Change', cell: (t) => <Changes of={t} /> },
    ]}
  />
);

function Changes({ of }: { of: Trigger }) {
  const may = useMay('editor');
  const put = useChange('triggerPut');
  const remove = useChange('triggerDelete');
  const { name, firings: _firings, ...body } = of;
  const turn = of.enabled ? 'Disable' : 'Enable';
  return (
    <span className="row nowrap">
      <EditTrigger label={`Change ${name}`} short="Change" of={of} />
      <Confirm
        label={`${turn} ${name}`}
        short={turn}
        title={`${turn} ${name}`}
        disabled={!may}
        act={() => put.mutateAsync({ params: { name }, body: { ...body, enabled: !of.enabled } })}
      >
        {of.enabled
          ? `Alerts on ${of.on.model} start nothing through it until it is enabled again. An execution that it has started goes on.`
          : `It fires for alerts on ${of.on.model} from now on; an alert that was open before starts nothing until it grows by a device.`}
      </Confirm>
      <Confirm label={`Remove ${name}`} short="Remove" title={`Remove ${name}`} grave disabled={!may} act={() => remove.mutateAsync({ params: { name } })}>
        It starts {of.workflow} no more. What it has started stays.
      </Confirm>
    </span>
  );
}

const shown_max = 3;

function Firings({ of }: { of: Trigger }) {
  if (of.firings.length === 0) return <span className="soft">none</span>;
  return (
    <span className="stack tight">
      {of.firings.slice(0, shown_max).map((f) => (
        <span key={f.at_ms}>
          <Ago at_ms={f.at_ms} />: {f.execution ? <To href={`/executions/${f.execution}`}>{f.outcome}</To> : f.outcome}, {f.cause}
        </span>
      ))}
      {of.firings.length > shown_max ? <span className="soft">and {of.firings.length - shown_max} more</span> : null}
    </span>
  );
}
