// Handlers of drift: the map of the last verdicts by device, feature and monitor, and one feature of one device against its reference.
import { failure } from '@holdfast/base';
import type { MonitorRow, Reading, VerdictRow } from '@holdfast/monitors';
import type { WindowSummary } from '@holdfast/protocol';
import type { DriftDetail, DriftMap, DriftWindows } from '@holdfast/protocol/rest';
import { type ReferenceFeature, type ReferenceProfile, categoryBins, featureCounters, seldomOf, unnamedWords } from '@holdfast/stats';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

const history_shown_max = 200;
const cohorts_shown_max = 50;

/** Verdicts of before faults were told have none: what was drifted then had other values. */
const faultOf = ({ fault, drifted }: Pick<Reading, 'drifted'> & Partial<Pick<Reading, 'fault'>>) => fault ?? (drifted ? 'distribution' : null);

/** Where a limit is met; the words of each. */
function cutSayings({ verdicts, changes, features, cohorts }: DriftMap['taken']): string[] {
  const said: readonly (readonly [{ readonly taken: number; readonly of: number }, string])[] = [
    [verdicts, 'last verdicts are shown; those of a device are on its page.'],
    [changes, 'cohorts that have changed are shown, the strongest.'],
    [features, 'features that have changed in a cohort are located, those with most evidence.'],
    [cohorts, 'cohorts are looked at, those of most devices.'],
  ];
  return said.flatMap(([{ taken, of }, words]) => (taken < of ? [`${taken} of ${of} ${words}`] : []));
}

const sumOfTaken = (all: readonly { readonly taken: number; readonly of: number }[]) => ({
  taken: all.reduce((sum, one) => sum + one.taken, 0),
  of: all.reduce((sum, one) => sum + one.of, 0),
});

export function driftHandlers({ rooms }: FaceOptions) {
  const { monitors, alerts, fleet, registry, telemetry } = rooms;

  /** Of these monitors together. */
  async function changesOf(watching: readonly MonitorRow[]): Promise<Pick<DriftMap, 'cohorts'> & { readonly taken: Omit<DriftMap['taken'], 'verdicts'> }> {
    const changes = [];
    for (const monitor of watching) changes.push({ monitor: monitor.name, ...(await monitors.changes(monitor)) });
    const all = changes.flatMap(({ monitor, found }) => found.map(({ log_e, ...one }) => ({ monitor, ...one, evidence: log_e / Math.LN10 })));
    const cohorts = all.toSorted((a, b) => b.evidence - a.evidence).slice(0, cohorts_shown_max);
    const looked = { features: sumOfTaken(changes.map((one) => one.features)), cohorts: sumOfTaken(changes.map((one) => one.cohorts)) };
    return { cohorts, taken: { changes: { taken: cohorts.length, of: all.length }, ...looked } };
  }

  return {
    driftMap: async ({ query }): Promise<DriftMap> => {
      const asked = query.model ?? (query.monitor === undefined ? (await registry.models())[0]?.name : undefined) ?? '';
      const watching = await monitors.watching({ model: asked, monitor: query.monitor });
      const model = query.monitor === undefined ? asked : watching[0]!.model;
      const shown = watching.filter((monitor) => monitor.shown);
      const { verdicts, of } = await monitors.lastVerdicts(shown.map((monitor) => monitor.name));
      const alarms = await alerts.alarmsOfMonth();
      const known = await fleet.byId([...new Set(verdicts.map((v) => v.device))]);
      const devices = known.filter((d) => d.removed_ms === null).toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const live = new Set(devices.map((d) => d.id));
      const threshold = new Map(watching.map((monitor) => [monitor.name, monitor.distance_min]));
      const cells = verdicts.filter((v) => live.has(v.device)).flatMap((v) => cellsOf(v, threshold.get(v.monitor)!));
      const version = new Map(verdicts.map((v) => [v.device, v.model_version]));
      const changes = await changesOf(shown);
      const taken = { verdicts: { taken: verdicts.length, of }, ...changes.taken };
      return {
        model,
        monitors: watching.map(({ name, enabled, shown, sentence, windows_not_judged, budget }) => ({
          ...{ name, enabled, shown, rule: sentence, windows_not_judged },
          budget: { ...budget, alarms: alarms.get(name) ?? 0 },
        })),
        features: byGreatestDistance(cells),
        devices: devices.map((d) => ({ id: d.id, name: d.name, model_version: version.get(d.id) ?? 0 })),
        cells,
        cohorts: changes.cohorts,
        taken,
        says: cutSayings(taken),
      };
    },
    driftDetail: async ({ query }): Promise<DriftDetail> => {
      const { id } = await fleet.device(query.device);
      const { verdict, window, profile } = await monitors.detail(id, { window_id: query.window, monitor: query.monitor });
      const counted = shapeOf(window.body, profile, query.feature);
      if (!counted) throw failure('HF-REQ-009', { kind: 'feature', name: query.feature, of: `device ${query.device}`, see: 'drift show' });
      const history = await monitors.history(id, history_shown_max, query.monitor);
      const watching = await monitors.watching({ model: verdict.model, monitor: verdict.monitor });
      return {
        device: id,
        feature: query.feature,
        model: verdict.model,
        model_version: verdict.model_version,
        reference: counted.reference,
        current: { ...counted.current, n: window.inferences, from_ms: window.from_ms, to_ms: window.to_ms },
        counters: [...counted.counters],
        history: history.toReversed().flatMap((v) => historyOf(v, query.feature)),
        rule: watching.find((monitor) => monitor.shown)!.sentence,
      };
    },
    driftWindows: async ({ query }): Promise<DriftWindows> => {
      const { id } = await fleet.device(query.device);
      const { verdict, window: last, profile } = await monitors.detail(id, { monitor: query.monitor });
      const known = shapeOf(last.body, profile, query.feature);
      if (!known) throw failure('HF-REQ-009', { kind: 'feature', name: query.feature, of: `device ${query.device}`, see: 'drift show' });
      const history = await monitors.history(id, history_shown_max, query.monitor);
      const judged = Map.groupBy(history, (each) => each.window_id);
      const windows: DriftWindows['windows'] = [];
      const time = { from_ms: Math.min(...history.map((each) => each.at_ms)), to_ms: verdict.at_ms + 1 };
      for await (const row of telemetry.windowsIn({ devices: [id], models: [verdict.model], ...time })) {
        const shape = row.profile === last.profile ? shapeOf(row.body, profile, query.feature) : null;
        const verdicts = judged.get(row.id);
        if (!verdicts || shape?.current.counts.length !== known.reference.counts.length) continue;
        const counted = shape.counters.flatMap(({ kind, current }) => (current ? [{ kind, ...current }] : []));
        const { counts } = shape.current;
        const drifted = verdicts.some((each) => each.readings.some((reading) => reading.name === query.feature && reading.drifted));
        windows.push({ id: row.id, from_ms: row.from_ms, to_ms: row.to_ms, inferences: row.inferences, counts, counted, drifted });
      }
      return { feature: query.feature, reference: known.reference, counters: known.counters.map(({ kind, reference }) => ({ kind, reference })), windows };
    },
  } satisfies Partial<Handlers>;
}

function cellsOf(verdict: VerdictRow, threshold: number): DriftMap['cells'] {
  const { device, monitor, window_number: window, inferences, at_ms } = verdict;
  return verdict.readings.map(({ name, distance, p_value, drifted, fault, missing }) => ({
    device,
    feature: name,
    monitor,
    distance,
    p_value,
    threshold,
    drifted,
    fault: faultOf({ fault, drifted }),
    ...(missing ? { missing: { ...missing } } : {}),
    window,
    inferences,
    at_ms,
  }));
}

function byGreatestDistance(cells: DriftMap['cells']): string[] {
  const greatest = new Map<string, number>();
  for (const { feature, distance } of cells) greatest.set(feature, Math.max(greatest.get(feature) ?? 0, distance));
  return [...greatest].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
}

function historyOf(verdict: VerdictRow, feature: string): DriftDetail['history'] {
  const { window_id: id, window_number: window, at_ms: to_ms, monitor, model_version } = verdict;
  return verdict.readings
    .filter((reading) => reading.name === feature)
    .map(({ distance, p_value, drifted, fault }) => ({
      id,
      window,
      to_ms,
      monitor,
      distance,
      p_value,
      drifted,
      fault: faultOf({ fault, drifted }),
      model_version,
    }));
}

interface Shape {
  readonly reference: DriftDetail['reference'];
  readonly current: Omit<DriftDetail['current'], 'n' | 'from_ms' | 'to_ms'>;
  readonly counters: DriftDetail['counters'];
}

/** The counts of a feature and of its reference; null where the profile does not know it. What the window lacks is missing in all its inferences. */
function shapeOf(window: WindowSummary, profile: ReferenceProfile | null, feature: string): Shape | null {
  if (feature === 'classes') return classShape(window, profile);
  const known = profile?.features.find((f) => f.name === feature);
  if (!known) return null;
  const seen = window.features.find((f) => f.name === feature);
  const counts = [...(seen?.counts ?? known.counts.map(() => 0))];
  return {
    reference: { edges: [...known.edges], counts: [...known.counts], n: profile!.n, ...wordsOf(known), ...conditionsOf(known.conditions) },
    current: {
      counts,
      mean: seen?.moments.mean ?? 0,
      missing: Math.max(0, window.inferences - sumOf(counts)),
      reference_missing_share: profile!.n === 0 ? 0 : (known.missing ?? 0) / profile!.n,
    },
    counters: featureCounters(profile!, known, seen, window.inferences),
  };
}

function classShape(window: WindowSummary, profile: ReferenceProfile | null): Shape {
  const edges = window.classes.slice(1).map((_, i) => i + 0.5);
  const total = sumOf(window.classes);
  const mean = total === 0 ? 0 : window.classes.reduce((sum, n, i) => sum + n * i, 0) / total;
  const counts = [...(profile?.classes.counts ?? [])];
  const n = profile?.n ?? 0;
  return {
    reference: { edges, counts, n, names: classNames(window, profile), ...conditionsOf(profile?.classes.conditions) },
    current: {
      counts: [...window.classes],
      mean,
      missing: Math.max(0, window.inferences - total),
      reference_missing_share: n === 0 ? 0 : Math.max(0, n - sumOf(counts)) / n,
    },
    counters: [
      {
        kind: 'missing',
        reference: profile ? { count: Math.max(0, n - sumOf(counts)), of: n } : null,
        current: { count: Math.max(0, window.inferences - total), of: window.inferences },
      },
    ],
  };
}

function wordsOf({ categories, counts }: ReferenceFeature): Pick<DriftDetail['reference'], 'names' | 'seldom' | 'unnamed'> {
  if (!categories) return {};
  const unnamed = unnamedWords(categories);
  return { names: categoryBins(categories), seldom: seldomOf(categories, counts), ...(unnamed.length > 0 ? { unnamed } : {}) };
}
/** A class that the profile does not name goes by its number. */
const classNames = (window: WindowSummary, profile: ReferenceProfile | null): string[] =>
  (profile?.classes.counts ?? window.classes).map((_, i) => profile?.classes.names[i] || String(i));
const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);
const conditionsOf = (conditions: readonly (readonly number[])[] | undefined) => (conditions ? { conditions: conditions.map((counts) => [...counts]) } : {});
