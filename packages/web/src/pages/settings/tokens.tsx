// web/settings: API tokens. The secret of a new one is shown once; the server keeps its digest alone.
import { Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { CopyLine } from '../../parts/copy.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { useTokens } from './queries.ts';
import { type Role, role_words, roles } from './users.tsx';

const day_ms = 86_400_000;

export function Tokens() {
  const tokens = useTokens();
  const [secret, setSecret] = useState<string | null>(null);
  const revoke = useChange('tokenDelete');
  return (
    <div className="stack">
      {secret === null ? null : (
        <Panel
          title="The new token"
          actions={
            <Button size="compact-xs" variant="default" onClick={() => setSecret(null)}>
              I have kept it
            </Button>
          }
        >
          <div className="stack">
            <CopyLine label="Secret of the token" text={secret} />
            <p className="soft">It is shown this once. Send it as the header Authorization: Bearer SECRET.</p>
          </div>
        </Panel>
      )}
      <Panel title="API tokens" flush answered_ms={tokens.dataUpdatedAt} actions={<MakeToken show={setSecret} />}>
        <Answer query={tokens}>
          {(answer) =>
            answer.tokens.length === 0 ? (
              <Empty>No token yet. A token lets a program use the API without a browser.</Empty>
            ) : (
              <Rows
                label="API tokens"
                rows={answer.tokens}
                keyOf={(t) => t.id}
                columns={[
                  { name: 'Name', cell: (t) => t.name },
                  { name: 'Role', cell: (t) => t.role },
                  { name: 'Project', cell: (t) => t.project ?? <span className="soft">none</span> },
                  {
                    name: 'Made',
                    cell: (t) => (
                      <span>
                        <Ago at_ms={t.created_ms} /> by {t.created_by}
                      </span>
                    ),
                  },
                  { name: 'Last used', cell: (t) => <Ago at_ms={t.used_ms} /> },
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
                        Programs that use it are refused from now on.
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

function MakeToken({ show }: { show: (secret: string) => void }) {
  const create = useChange('tokenCreate');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [project, setProject] = useState('');
  const [days, setDays] = useState<number | string>(90);
  const make = async () => {
    const expires = days === '' ? {} : { expires_in_ms: Number(days) * day_ms };
    show((await create.mutateAsync({ body: { name, role, ...(project === '' ? {} : { project }), ...expires } })).secret);
  };
  return (
    <Confirm label="Make a token" title="Make an API token" disabled={!useMay('admin')} act={make}>
      <div className="form">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required />
        <Select
          label="Role"
          data={[...roles]}
          value={role}
          onChange={(value) => value && setRole(value as Role)}
          allowDeselect={false}
          description={role_words[role]}
        />
        <TextInput
          label="Project"
          description="what it makes goes there; a guest sees that project alone"
          value={project}
          onChange={(event) => setProject(event.currentTarget.value)}
          maxLength={100}
        />
        <NumberInput label="Days until it ends" description="empty: it does not end" value={days} onChange={setDays} min={1} />
      </div>
    </Confirm>
  );
}
