// web/workflows: starts a workflow, with parameters a line each (NAME=VALUE).
import { TextInput, Textarea } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';

/** Reads `NAME=VALUE` lines; a line without `=` is said, not skipped. */
export function readParams(text: string): Record<string, string> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      if (at < 1) throw new Error(`Parameters: saw ${JSON.stringify(line)}, expected NAME=VALUE.`);
      return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    }),
  );
}

export function Start({ workflow, before }: { workflow: string; before: Readonly<Record<string, string>> }) {
  const router = useRouter();
  const start = useChange('executionStart');
  const [params, setParams] = useState(() =>
    Object.entries(before)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  );
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
