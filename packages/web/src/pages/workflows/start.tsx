// web/workflows: starts a workflow, with parameters a line each (NAME=VALUE).
import { TextInput, Textarea } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { printParams, readParams } from './params.ts';

export function Start({ workflow, before }: { workflow: string; before: Readonly<Record<string, string>> }) {
  const router = useRouter();
  const start = useChange('executionStart');
  const [params, setParams] = useState(() => printParams(before));
  const [cause, setCause] = useState('');
  const go = async () => {
    const execution = await start.mutateAsync({ params: { name: workflow }, body: { params: readParams(params), ...(cause ? { cause } : {}) } });
    router.history.push(`/executions/${execution.id}`);
  };
  return (
    <Confirm label="Start" title={`Start ${workflow}`} disabled={!useMay('editor')} act={go}>
      <div className="form">
        <Textarea
          label="Parameters"
          description="NAME=VALUE, one a line; those of the last execution are filled in"
          autosize
          minRows={3}
          maxRows={10}
          value={params}
          onChange={(event) => setParams(event.currentTarget.value)}
        />
        <TextInput label="Cause" placeholder="why it is started" value={cause} maxLength={500} onChange={(event) => setCause(event.currentTarget.value)} />
      </div>
    </Confirm>
  );
}
