// web/settings: join tokens: what a new device shows to become one of the fleet.
import { NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyLine } from '../../parts/copy.tsx';
import { Labels } from '../../parts/facts.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { readParams } from '../workflows/params.ts';
import { useJoinTokens } from './queries.ts';

const day_ms = 86_400_000;

export function JoinTokens() {
  const tokens = useJoinTokens();
  const [address, setAddress] = useState<string | null>(null);
  const revoke = useChange('joinTokenDelete');
  return (
    <div className="stack">
      {address === null ? null : (
        <Panel title="The join command">
          <div className="stack">
            <CopyLine label="Join command" text={`npx holdfast join ${address}`} />
            <p className="soft">It is shown this once. Run it on the device.</p>
          </div>
        </Panel>
      )}
      <Panel title="Join tokens" flush answered_ms={tokens.dataUpdatedAt} actions={<MakeJoinToken show={setAddress} />}>
        <Answer query={tokens}>
          {(answer) =>
            answer.tokens.length === 0 ? (
              <Empty>No join token yet.</Empty>
            ) : (
              <Rows
                label="Join tokens"
                rows={answer.tokens}
                keyOf={(t) => t.id}
                columns={[
                  { name: 'Name', cell: (t) => t.name },
                  { name: 'Used', number: true, cell: (t) => `${t.uses} of ${t.uses_max}` },
                  { name: 'Labels', cell: (t) => <Labels of={t.labels} /> },
                  {
                    name: 'Made',
                    cell: (t) => (
                      <span>
                        <Ago at_ms={t.created_ms} /> by {t.created_by}
                      </span>
                    ),
                  },
                  { name: 'Ends', cell: (t) => <Ago at_ms={t.expires_ms} /> },
                  {
                    name: 'Revoke',
                    cell: (t) => (
                      <Confirm
                        label={`Revoke ${t.name}`}
                        short="Revoke"
                        title={`Revoke ${t.name}`}
                        grave
                        act={() => revoke.mutateAsync({ params: { id: t.id } })}
                      >
                        No further device joins with it. Devices that have joined stay.
                      </Confirm>
                    ),
                  },
                ]}
              />
            )
          }
        </Answer>
      </Panel>
    </div>
  );
}

function MakeJoinToken({ show }: { show: (address: string) => void }) {
  const create = useChange('joinTokenCreate');
  const [name, setName] = useState('join');
  const [labels, setLabels] = useState('');
  const [uses, setUses] = useState<number | string>(1);
  const [days, setDays] = useState<number | string>(7);
  const make = async () => {
    const made = await create.mutateAsync({
      body: { name, labels: readParams(labels.replaceAll(',', '\n')), uses_max: Number(uses), expires_in_ms: Number(days) * day_ms },
    });
    show(made.address);
  };
  return (
    <Confirm label="Make a join token" title="Make a join token" disabled={!useMay('editor')} act={make}>
      <div className="form">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
        <TextInput
          label="Labels of the devices"
          placeholder="site=lab,camera=front"
          value={labels}
          onChange={(event) => setLabels(event.currentTarget.value)}
        />
        <NumberInput label="Devices that may join" value={uses} onChange={setUses} min={1} max={100_000} required />
        <NumberInput label="Days until it ends" value={days} onChange={setDays} min={1} required />
      </div>
    </Confirm>
  );
}
