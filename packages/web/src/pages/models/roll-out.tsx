// web/models: brings a version to devices: which ones, in which waves.
import { NumberInput, TextInput } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../app/api.ts';
import { useMay } from '../../app/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import type { Version } from './queries.ts';

export function RollOut({ of }: { of: Version }) {
  const router = useRouter();
  const create = useChange('rolloutCreate');
  const [selector, setSelector] = useState('');
  const [waves, setWaves] = useState('1, 50%, 100%');
  const [success, setSuccess] = useState<number | string>(100);
  const [error, setError] = useState<number | string>(0);
  const [watch, setWatch] = useState<number | string>(60);
  const start = async () => {
    const rollout = await create.mutateAsync({
      body: {
        model: of.model,
        version: of.version,
        waves: waves.split(',').map((wave) => wave.trim()),
        success_share: Number(success) / 100,
        error_share: Number(error) / 100,
        watch_ms: Number(watch) * 1000,
        ...(selector ? { selector } : {}),
      },
    });
    router.history.push(`/rollouts/${rollout.id}`);
  };
  return (
    <Confirm label="Roll out" title={`Roll out ${of.model} version ${of.version}`} disabled={!useMay('editor') || of.bundles.length === 0} act={start}>
      <div className="form">
        <TextInput
          label="Devices"
          description="A selector of labels; empty means every device"
          placeholder="site=lab"
          value={selector}
          onChange={(event) => setSelector(event.currentTarget.value)}
        />
        <TextInput
          label="Waves"
          description="Growing sizes, with commas between"
          value={waves}
          onChange={(event) => setWaves(event.currentTarget.value)}
          required
        />
        <NumberInput label="Healthy devices for the next wave (%)" value={success} onChange={setSuccess} min={0} max={100} required />
        <NumberInput
          label="Failed devices that stop it (%)"
          description="0: any failure stops it"
          value={error}
          onChange={setError}
          min={0}
          max={100}
          required
        />
        <NumberInput label="Watched after it is healthy (s)" value={watch} onChange={setWatch} min={0} required />
      </div>
    </Confirm>
  );
}
