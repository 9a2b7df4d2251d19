// web/models: data -> execution -> version -> bundles -> rollouts -> devices, as a graph and as a list of links.
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Reply } from '../../app/api.ts';
import { ChartFrame } from '../../charts/chart-frame.tsx';
import { Flow, type FlowBox } from '../../charts/lazy-flow.tsx';
import { bytesText, countText, shortDigest } from '../../parts/format.ts';
import type { Version } from './queries.ts';

type Rollout = Reply<'rolloutList'>['rollouts'][number];
interface LinkedBox extends FlowBox {
  readonly href: string | null;
  readonly kind: string;
}

const drawn_max = 12;

export function boxesOf(of: Version, rollouts: readonly Rollout[]): LinkedBox[] {
  const { dataset, execution, run } = of.lineage;
  const before: LinkedBox[] = [];
  if (dataset)
    before.push({
      id: 'dataset',
      kind: 'Dataset',
      needs: [],
      title: `${dataset.name} ${dataset.version}`,
      note: 'dataset',
      href: `/datasets/${dataset.name}?version=${dataset.version}`,
    });
  const data_needs = before.map((box) => box.id);
  if (execution) before.push({ id: 'execution', kind: 'Execution', needs: data_needs, title: execution, note: 'execution', href: `/executions/${execution}` });
  if (run) before.push({ id: 'run', kind: 'Run', needs: data_needs, title: run, note: 'run', href: `/runs/${run}` });
  const makers = before.filter((box) => box.id !== 'dataset').map((box) => box.id);
  const version: LinkedBox = {
    id: 'version',
    kind: 'Version',
    needs: makers.length > 0 ? makers : data_needs,
    title: `${of.model} ${of.version}`,
    note: 'this version',
    href: null,
  };
  const bundles = of.bundles.slice(0, drawn_max).map((b): LinkedBox => ({
    id: b.digest,
    kind: 'Bundle',
    needs: ['version'],
    title: shortDigest(b.digest),
    note: `bundle, ${bytesText(b.size_bytes)}`,
    href: null,
  }));
  const sent = rollouts.slice(0, drawn_max).map((r): LinkedBox => ({
    id: r.id,
    kind: 'Rollout',
    needs: bundles.some((b) => b.id === r.bundle) ? [r.bundle] : ['version'],
    title: r.id,
    state: r.state,
    href: `/rollouts/${r.id}`,
  }));
  const devices = of.running_on.slice(0, drawn_max).map((d): LinkedBox => ({
    id: d.id,
    kind: 'Device',
    needs: sent.length > 0 ? [sent[0]!.id] : bundles.length > 0 ? [bundles[0]!.id] : ['version'],
    title: d.name,
    note: 'runs it',
    href: `/devices/${d.id}`,
  }));
  return [...before, version, ...bundles, ...sent, ...devices];
}

export function LineageFlow({ of, rollouts }: { of: Version; rollouts: readonly Rollout[] }) {
  const router = useRouter();
  const boxes = useMemo(() => boxesOf(of, rollouts), [of, rollouts]);
  const go = (id: string) => {
    const href = boxes.find((box) => box.id === id)?.href;
    if (href) router.history.push(href);
  };
  const left_out = Math.max(0, of.running_on.length - drawn_max) + Math.max(0, rollouts.length - drawn_max) + Math.max(0, of.bundles.length - drawn_max);
  const summary = `${of.lineage.dataset ? `Made from ${of.lineage.dataset.name} version ${of.lineage.dataset.version}` : 'The data is not said'}; ${countText(of.bundles.length, 'bundle')}, ${countText(rollouts.length, 'rollout')}, ${countText(of.running_on.length, 'device')} ${of.running_on.length === 1 ? 'runs' : 'run'} it${left_out > 0 ? `; ${left_out} boxes are not drawn` : ''}.`;
  return (
    <ChartFrame
      label="Lineage"
      summary={summary}
      twin={() => ({
        heads: ['What', 'Name', 'Comes from'],
        rows: boxes.map((box) => [box.kind, box.title, box.needs.map((need) => boxes.find((b) => b.id === need)?.title ?? need).join(', ')]),
      })}
    >
      <Flow label="Lineage" boxes={boxes} chosen="version" choose={go} />
    </ChartFrame>
  );
}
