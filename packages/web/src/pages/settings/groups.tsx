// web/settings: device groups: a selector with a name.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { To } from '../../parts/to.tsx';
import { useGroups } from './queries.ts';

export function Groups() {
  const groups = useGroups();
  const may = useMay('editor');
  const remove = useChange('groupDelete');
  return (
    <Panel title="Device groups" flush answered_ms={groups.dataUpdatedAt} actions={<PutGroup />}>
      <Answer query={groups}>
        {(answer) =>
          answer.groups.length === 0 ? (
            <Empty>No group yet. A group gives a selector of labels a name.</Empty>
          ) : (
            <Rows
              label="Device groups"
              rows={answer.groups}
              keyOf={(g) => g.name}
              columns={[
                { name: 'Group', cell: (g) => g.name },
                { name: 'Selector', cell: (g) => <code>{g.selector}</code> },
                { name: 'Devices', number: true, cell: (g) => <To href={`/devices?selector=${encodeURIComponent(g.selector)}`}>{g.devices}</To> },
                {
                  name: 'Remove',
                  cell: (g) => (
                    <Confirm
                      label={`Remove ${g.name}`}
                      title={`Remove ${g.name}`}
                      grave
                      disabled={!may}
                      act={() => remove.mutateAsync({ params: { name: g.name } })}
                    >
                      The devices stay; the name goes.
                    </Confirm>
                  ),
                },
              ]}
            />
          )
        }
      </Answer>
    </Panel>
  );
}

function PutGroup() {
  const put = useChange('groupPut');
  const [name, setName] = useState('');
  const [selector, setSelector] = useState('');
  return (
    <Confirm
      label="Add or change a group"
      title="Add or change a device group"
      disabled={!useMay('editor')}
      act={() => put.mutateAsync({ params: { name }, body: { selector } })}
    >
      <div className="form">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
        <TextInput label="Selector" placeholder="site=lab" value={selector} onChange={(event) => setSelector(event.currentTarget.value)} required />
      </div>
    </Confirm>
  );
}
