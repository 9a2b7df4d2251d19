// web/devices: program, outbox and health, as the device last said them.
import { Ago } from '../../parts/ago.tsx';
import { Facts, Labels } from '../../parts/facts.tsx';
import { bytesText, countText, numberText, sinceKnown, spanText } from '../../parts/format.ts';
import { Empty } from '../../parts/panel.tsx';
import { State } from '../../parts/state.tsx';
import type { Device } from './queries.ts';

export function Program({ of }: { of: Device }) {
  if (!of.program) return <Empty>The device has reported no program yet.</Empty>;
  const { state, pid, restarts, since_ms, last_exit } = of.program;
  return (
    <Facts
      of={[
        ['State', state === 'none' ? 'none is supervised' : <State word={state} />],
        ['Since', <Ago at_ms={sinceKnown(since_ms)} />],
        ['Process', pid === null ? 'none' : String(pid)],
        ['Restarts', String(restarts)],
        ['Last exit', last_exit ?? 'none'],
      ]}
    />
  );
}

export function Outbox({ of }: { of: Device }) {
  if (!of.outbox) return <Empty>The device has reported no outbox yet.</Empty>;
  const { records, bytes, oldest_ms, dropped, in_memory, refused_since_ms } = of.outbox;
  return (
    <Facts
      of={[
        ['Waiting', `${countText(records, 'record')}, ${bytesText(bytes)}`],
        ...(refused_since_ms === null
          ? []
          : ([
              ['Disk refuses', <span className="t-bad">{countText(in_memory, 'record')} in memory alone</span>],
              ['Since', <Ago at_ms={refused_since_ms} />],
            ] as const)),
        ['Oldest unsent', oldest_ms === null ? 'nothing waits' : <Ago at_ms={oldest_ms} />],
        ['Dropped', <span className={dropped > 0 ? 't-bad' : undefined}>{countText(dropped, 'record')}</span>],
        ['Received from it', bytesText(of.bytes_received)],
        ['Sent to it', bytesText(of.bytes_sent)],
      ]}
    />
  );
}

export function Health({ of }: { of: Device }) {
  if (!of.health) return <Empty>The device has reported no health yet.</Empty>;
  const h = of.health;
  return (
    <Facts
      of={[
        ['Up for', spanText(h.uptime_s * 1000)],
        ['Load, 1 min', numberText(h.load_1m)],
        ['Memory', `${bytesText(h.memory_available_bytes)} free of ${bytesText(h.memory_total_bytes)}`],
        ['Disk', `${bytesText(h.disk_free_bytes)} free of ${bytesText(h.disk_total_bytes)}`],
        ['Agent', bytesText(h.agent_rss_bytes)],
        ['Temperature', h.temperature_c === null ? 'no sensor' : `${numberText(h.temperature_c)} °C${h.thermal_state === null ? '' : `, ${h.thermal_state}`}`],
      ]}
    />
  );
}

export const Identity = ({ of }: { of: Device }) => (
  <Facts
    of={[
      ['Id', <code>{of.id}</code>],
      ['Joined', <Ago at_ms={of.created_ms} />],
      ['Last seen', <Ago at_ms={of.last_seen_ms} />],
      ['Platform', `${of.platform.os} ${of.platform.arch}, ${of.platform.runtime}`],
      ['Agent', of.agent_version ?? 'unknown'],
      ['Labels', Object.keys(of.labels).length === 0 ? 'none' : <Labels of={of.labels} />],
    ]}
  />
);
