// web/projects: who may do what with one experiment, model or project, for whoever manages it: listed, given and taken back.
import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { type Grant, type Level, type ObjectKind, useGrants } from './queries.ts';

const level_words: Readonly<Record<Level, string>> = {
  none: 'nothing: it is not there',
  read: 'sees and downloads',
  edit: 'also logs, registers, tags, moves aliases',
  manage: 'also deletes, renames, gives grants',
};
const levels = Object.keys(level_words) as Level[];
interface Of {
  readonly kind: ObjectKind;
  readonly name: string;
}

export function GrantsPanel({ kind, name }: Of) {
  const grants = useGrants(kind, name);
  return (
    <Panel title={`Who may: ${kind} ${name}`} flush answered_ms={grants.dataUpdatedAt} actions={<Give kind={kind} name={name} />}>
      <Answer query={grants} room="6rem">
        {(answer) =>
          answer.grants.length === 0 ? (
            <Empty>No grant: {kind === 'project' ? '' : 'its project and '}the roles decide.</Empty>
          ) : (
            <GrantRows of={answer.grants} />
          )
        }
      </Answer>
    </Panel>
  );
}

const whoOf = ({ subject }: Grant): string => `${subject.kind} ${subject.label}`;

function GrantRows({ of }: { of: readonly Grant[] }) {
  const remove = useChange('grantRemove');
  return (
    <Rows
      label="Grants"
      rows={of}
      keyOf={(grant) => grant.id}
      columns={[
        { name: 'Who', cell: (grant) => <span title={grant.subject.name}>{whoOf(grant)}</span> },
        { name: 'Level', cell: (grant) => grant.level },
        { name: 'May', cell: (grant) => level_words[grant.level] },
        { name: 'Given', cell: (grant) => <Ago at_ms={grant.created_ms} /> },
        { name: 'By', cell: (grant) => grant.created_by },
        {
          name: 'Take back',
          cell: (grant) => (
            <Confirm
              label={`Take back the grant of ${whoOf(grant)}`}
              short="Take back"
              title={`Take back the grant of ${whoOf(grant)}`}
              grave
              act={() => remove.mutateAsync({ params: { id: grant.id } })}
            >
              What {grant.subject.label} may then do, the project and the role say.
            </Confirm>
          ),
        },
      ]}
    />
  );
}

function Give({ kind, name }: Of) {
  const put = useChange('grantSet');
  const [who, setWho] = useState<'user' | 'token'>('user');
  const [subject, setSubject] = useState('');
  const [level, setLevel] = useState<Level>('read');
  return (
    <Confirm
      label="Give a grant"
      title={`Give a grant on ${kind} ${name}`}
      act={() => put.mutateAsync({ body: { subject: { kind: who, name: subject.trim() }, object: { kind, name }, level } })}
    >
      <div className="form">
        <Select label="To a" data={['user', 'token']} value={who} onChange={(value) => setWho(value === 'token' ? 'token' : 'user')} allowDeselect={false} />
        <TextInput
          label={who === 'user' ? 'Name of the user' : 'Id of the token'}
          value={subject}
          onChange={(event) => setSubject(event.currentTarget.value)}
          maxLength={100}
          required
          autoComplete="off"
        />
        <Select
          label="Level"
          data={levels}
          value={level}
          onChange={(value) => value && setLevel(value as Level)}
          allowDeselect={false}
          description={level_words[level]}
        />
      </div>
    </Confirm>
  );
}
