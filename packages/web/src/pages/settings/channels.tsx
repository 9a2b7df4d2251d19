// web/settings: channels: who outside hears of alerts, and how the last message to each went.
import { countText } from '../../parts/format.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { EditChannel, event_words, kind_words } from './edit-channel.tsx';
import { type Channel, useChannels } from './queries.ts';

export function Channels() {
  const channels = useChannels();
  return (
    <Panel title="Channels" flush answered_ms={channels.dataUpdatedAt} actions={<EditChannel label="Add a channel" of={null} />}>
      <Answer query={channels}>
        {(answer) =>
          answer.channels.length === 0 ? (
            <Empty>No channel yet: alerts show on these pages alone. A channel tells somebody by e-mail, in Slack, or by a signed call.</Empty>
          ) : (
            <Rows
              label="Channels"
              rows={answer.channels}
              keyOf={(c) => c.name}
              columns={[
                { name: 'Channel', cell: (c) => c.name },
                { name: 'State', cell: (c) => <State word={c.enabled ? 'enabled' : 'disabled'} /> },
                { name: 'By', cell: (c) => kind_words[c.kind] },
                { name: 'To', cell: (c) => c.to },
                { name: 'Hears of', cell: (c) => `${c.events.map((event) => event_words[event]).join(', ')}; ${c.model ?? 'every model'}` },
                { name: 'Last message', cell: (c) => <Last of={c} /> },
                { name: 'Change', cell: (c) => <Acts of={c} /> },
              ]}
            />
          )
        }
      </Answer>
    </Panel>
  );
}

const Last = ({ of }: { of: Channel }) => (
  <span className="stack tight">
    {of.last_ms === null ? <span className="soft">none yet</span> : <Ago at_ms={of.last_ms} />}
    {of.last_error === null ? null : (
      <span>
        <State word="failed" /> {of.last_error}
        {of.failures > 1 ? ` (${of.failures} in a row)` : ''}
      </span>
    )}
    {of.waiting > 0 ? <span>{countText(of.waiting, 'message')} waiting</span> : null}
  </span>
);

function Acts({ of }: { of: Channel }) {
  const may = useMay('admin');
  const remove = useChange('channelRemove');
  const test = useChange('channelTest');
  const send = async () => {
    const { error } = await test.mutateAsync({ params: { name: of.name } });
    if (error !== null) throw new Error(error);
  };
  return (
    <span className="row">
      <EditChannel label={`Change ${of.name}`} short="Change" of={of} />
      <Confirm label={`Test ${of.name}`} short="Test" title={`Test ${of.name}`} disabled={!may} act={send}>
        An example goes to {of.to} once, now.
      </Confirm>
      <Confirm
        label={`Remove ${of.name}`}
        short="Remove"
        title={`Remove ${of.name}`}
        grave
        disabled={!may}
        act={() => remove.mutateAsync({ params: { name: of.name } })}
      >
        It hears of no alert from now on;{' '}
        {of.waiting === 0
          ? 'nothing waits for it'
          : `${countText(of.waiting, 'message')} that still ${of.waiting === 1 ? 'waits' : 'wait'} for it ${of.waiting === 1 ? 'is' : 'are'} lost`}
        .
      </Confirm>
    </span>
  );
}
