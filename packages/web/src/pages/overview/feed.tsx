// web/overview: what happened lately, newest first, with a way to each place.
import { Ago } from '../../parts/ago.tsx';
import { Glyph, type Tone } from '../../parts/glyph.tsx';
import { To } from '../../parts/to.tsx';
import type { Overview } from './queries.ts';

const tones: Readonly<Record<string, Tone>> = {
  drift_suspected: 'warn', drift_cleared: 'ok', program_exited: 'bad', install_state: 'run',
  alert_opened: 'warn', alert_device_joined: 'warn', alert_device_cleared: 'ok', alert_resolved: 'ok',
  rollout: 'run', execution_running: 'run', execution_succeeded: 'ok', execution_failed: 'bad',
};

export const Feed = ({ of }: { of: Overview['activity'] }) => (
  <ol className="feed">
    {of.map((row, i) => (
      <li key={`${row.at_ms} ${i}`}>
        <Ago at_ms={row.at_ms} />
        <Glyph tone={tones[row.kind] ?? 'idle'} />
        <span>{row.link ? <To href={row.link}>{row.text}</To> : row.text}</span>
      </li>
    ))}
  </ol>
);
