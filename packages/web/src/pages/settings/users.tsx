// web/settings: users and what each may do, in words.
import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay, useSession } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { useUsers } from './queries.ts';

export const roles = ['guest', 'viewer', 'editor', 'admin'] as const;
export type Role = (typeof roles)[number];

export const role_words: Readonly<Record<Role, string>> = {
  guest: 'has nothing but its grants',
  viewer: 'sees everything but users, tokens and the audit',
  editor: 'also changes devices, models, rollouts, alerts and monitors, and starts workflows',
  admin: 'also changes workflows, users and tokens, and reads the audit',
};

export function Users() {
  const users = useUsers();
  const me = useSession().data?.user;
  const remove = useChange('userDelete');
  return (
    <Panel title="Users" flush answered_ms={users.dataUpdatedAt} actions={<AddUser />}>
      <Answer query={users}>
        {(answer) =>
          answer.users.length === 0 ? (
            <Empty>Nobody has a passphrase yet; whoever came by a one-time link is the administrator.</Empty>
          ) : (
            <Rows
              label="Users"
              rows={answer.users}
              keyOf={(u) => u.name}
              columns={[
                { name: 'Name', cell: (u) => u.name },
                { name: 'Role', cell: (u) => u.role },
                { name: 'May', cell: (u) => role_words[u.role] },
                { name: 'Made', cell: (u) => <Ago at_ms={u.created_ms} /> },
                {
                  name: 'Remove',
                  cell: (u) => (
                    <Confirm
                      label={`Remove ${u.name}`}
                      title={`Remove ${u.name}`}
                      grave
                      disabled={u.name === me}
                      act={() => remove.mutateAsync({ params: { name: u.name } })}
                    >
                      The sessions of {u.name} end at once.
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

function AddUser() {
  const put = useChange('userPut');
  const [name, setName] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  return (
    <Confirm
      label="Add or change a user"
      title="Add or change a user"
      disabled={!useMay('admin')}
      act={() => put.mutateAsync({ body: { name, passphrase, role } })}
    >
      <div className="form">
        <TextInput label="Name" value={name} onChange={(event) => setName(event.currentTarget.value)} required autoComplete="off" />
        <PasswordInput
          label="Passphrase"
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          required
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
        />
        <Select
          label="Role"
          data={[...roles]}
          value={role}
          onChange={(value) => value && setRole(value as Role)}
          allowDeselect={false}
          description={role_words[role]}
        />
      </div>
    </Confirm>
  );
}
