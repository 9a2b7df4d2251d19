// web/devices: what happened on a device in the range: the marks of the time axis as a list.
import { Ago } from '../../parts/ago.tsx';
import { Glyph, type Tone } from '../../parts/glyph.tsx';
import { clockText, countText } from '../../parts/format.ts';
import { Empty } from '../../parts/panel.tsx';
import type { Timeline } from './queries.ts';

const tones: Readonly<Record<string, Tone>> = {
  drift_suspected: 'warn',
  drift_cleared: 'ok',
  monitor_fired: 'warn',
  monitor_held: 'warn',
  monitor_calm: 'ok',
  program_exited: 'bad',
  install_state: 'run',
  program_started: 'run',
  agent_started: 'idle',
  clock_jumped: 'bad',
};

export const toneOfKind = (kind: string): Tone => tones[kind] ?? 'idle';

const shown_max = 200;

export function Marks({ of }: { of: Timeline }) {
  const rows = [
    ...of.marks.map((mark) => ({ at_ms: mark.at_ms, tone: toneOfKind(mark.kind), text: mark.text })),
    ...of.gaps.map((gap) => ({
      at_ms: gap.at_ms,
      tone: 'bad' as const,
      text: `${countText(gap.records, 'record')} of ${gap.stream} could not be kept: ${gap.reason.replaceAll('_', ' ')}`,
    })),
  ].toSorted((a, b) => b.at_ms - a.at_ms);
  if (rows.length === 0) return <Empty>Nothing happened on the device in this range.</Empty>;
  return (
    <>
      {rows.length > shown_max ? (
        <p className="soft">
          The last {shown_max} of {rows.length}.
        </p>
      ) : null}
      <ol className="events">
        {rows.slice(0, shown_max).map((row, i) => (
          <li key={i}>
            <span className="soft" title={clockText(row.at_ms)}>
              <Ago at_ms={row.at_ms} />
            </span>
            <Glyph tone={row.tone} />
            <span>{row.text}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
