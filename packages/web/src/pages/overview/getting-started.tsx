// web/overview: the first steps, until a device reports. Each tick is set by what the server has, not by a click.
import { Button } from '@mantine/core';
import { useMay } from '../../app/session.ts';
import { useChange } from '../../app/api.ts';
import { CopyLine } from '../../parts/copy.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { Panel } from '../../parts/panel.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import { To } from '../../parts/to.tsx';
import type { Overview } from './queries.ts';

export const hasStarted = (overview: Overview): boolean => overview.devices.online + overview.devices.stale > 0;

export function GettingStarted({ overview }: { overview: Overview }) {
  const { devices } = overview;
  const steps: readonly (readonly [boolean, string])[] = [
    [true, 'The server runs and you are signed in.'],
    [devices.total > 0, 'A device has joined: run the join command on it.'],
    [hasStarted(overview), 'The device has reported for the first time.'],
    [overview.versions.length > 0, 'A model version runs on a device.'],
    [overview.strip.buckets.length > 0, 'The first window was judged against its reference.'],
  ];
  return (
    <Panel title="Getting started" note={`${steps.filter(([done]) => done).length} of ${steps.length} done`}>
      <div className="stack">
        <ul className="ticks">
          {steps.map(([done, text]) => (
            <li key={text}>
              <Glyph tone={done ? 'ok' : 'idle'} />
              <span className={done ? 'soft' : undefined}>
                <span className="hidden">{done ? 'Done: ' : 'To do: '}</span>
                {text}
              </span>
            </li>
          ))}
        </ul>
        <JoinCommand />
        <p className="soft">
          A model is registered with <code>holdfast model register</code>, and brought to devices by a <To href="/rollouts">rollout</To>.
        </p>
      </div>
    </Panel>
  );
}

export function JoinCommand() {
  const may = useMay('editor');
  const create = useChange('joinTokenCreate');
  if (create.data) {
    return (
      <div className="stack">
        <CopyLine label="Join command" text={`npx holdfast join ${create.data.address}`} />
        <span className="soft">
          It is shown once, joins {create.data.token.uses_max === 1 ? 'one device' : `${create.data.token.uses_max} devices`}, and ends after a week.
        </span>
      </div>
    );
  }
  return (
    <div className="stack">
      <div>
        <Button size="xs" disabled={!may} loading={create.isPending} onClick={() => create.mutate({ body: { name: 'web' } })}>
          Make a join command
        </Button>
      </div>
      {create.error ? <ProblemNote error={create.error} /> : null}
    </div>
  );
}
