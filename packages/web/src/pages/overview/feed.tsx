// web/overview: what happened lately, newest first, with a way to each place.
import { Ago } from '../../parts/ago.tsx';
import { countText } from '../../parts/format.ts';
import { Glyph, type Tone } from '../../parts/glyph.tsx';
import { toneOf } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import type { Overview } from './queries.ts';

const tones: Readonly<Record<string, Tone>> = {
  drift_suspected: 'warn',
  drift_cleared: 'ok',
  monitor_fired: 'warn',
  monitor_calm: 'ok',
  program_exited: 'bad',
  alert_opened: 'warn',
  alert_device_joined: 'warn',
  alert_device_cleared: 'ok',
  alert_resolved: 'ok',
  rollout: 'run',
  execution_running: 'run',
  execution_succeeded: 'ok',
  execution_failed: 'bad',
};

interface FeedRow {
  readonly at_ms: number;
  readonly kind: string;
  readonly text: string;
  readonly link: string | null;
  /** Earlier states of the same install, which the row stands for. */
  readonly before: number;
}

/** `DEVICE: install of BUNDLE: STATE…`, as the agent words it: what it is about, and the state. */
const installOf = (text: string): RegExpExecArray | null => /^(.*?: install of \S+): (\w+)/.exec(text);

function toneOfRow({ kind, text }: { kind: string; text: string }): Tone {
  if (kind === 'install_state') return toneOf(installOf(text)?.[2] ?? '');
  if (kind === 'rollout' && /^(stopped|aborted)|went back/.test(text)) return 'bad';
  return tones[kind] ?? 'idle';
}

/** An install passes many states; the feed shows its last one, and how many came before. */
function gather(activity: Overview['activity']): FeedRow[] {
  const rows: FeedRow[] = [];
  const installs = new Map<string, number>();
  for (const row of activity) {
    const install = row.kind === 'install_state' ? (installOf(row.text)?.[1] ?? null) : null;
    const at = install === null ? undefined : installs.get(install);
    if (at !== undefined) rows[at] = { ...rows[at]!, before: rows[at]!.before + 1 };
    else {
      if (install !== null) installs.set(install, rows.length);
      rows.push({ ...row, before: 0 });
    }
  }
  return rows;
}

export const Feed = ({ of }: { of: Overview['activity'] }) => (
  <div className="feed-scroll" role="region" aria-label="Activity" tabIndex={0}>
    <ol className="feed">
      {gather(of).map((row, i) => (
        <li key={`${row.at_ms} ${i}`}>
          <Ago at_ms={row.at_ms} />
          <Glyph tone={toneOfRow(row)} />
          <span>
            {row.link ? <To href={row.link}>{row.text}</To> : row.text}
            {row.before > 0 ? <span className="soft"> after {countText(row.before, 'earlier state')}</span> : null}
          </span>
        </li>
      ))}
    </ol>
  </div>
);
