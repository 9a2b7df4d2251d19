// web/drift: every device and feature at one glance; a cell opens its distribution and its history.
import { featureInWords } from '@holdfast/stats';
import { Select } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { HeatMap, cellKey } from '../../charts/heat-map.tsx';
import { ChartFrame } from '../../charts/chart-frame.tsx';
import { BudgetLine } from '../../parts/budget.tsx';
import { countText, listText, numberText, probabilityText, shareText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Cohorts } from './cohorts.tsx';
import { DetailPanels } from './detail.tsx';
import { NotJudged } from './not-judged.tsx';
import { type DriftMap, useDriftMap } from './queries.ts';
import { useModelNames } from '../models/queries.ts';

export function DriftPage() {
  const [filters, set] = useFilters();
  const { model = '', monitor = '', device = '', feature = '' } = filters;
  const map = useDriftMap(model, monitor);
  const monitors = map.data?.monitors.map((m) => m.name) ?? [];
  const chosen = device !== '' && feature !== '';
  const names = useModelNames();
  const shown = model || map.data?.model || '';
  const models = [...new Set([...(names.data ?? []), ...(shown ? [shown] : [])])];
  return (
    <>
      <PageHead
        title="Drift"
        actions={
          <>
            {monitors.length > 1 ? (
              <Select
                size="xs"
                aria-label="Monitor"
                data={[{ value: '', label: 'every enabled monitor' }, ...monitors]}
                value={monitor}
                onChange={(value) => set({ monitor: value ?? '', window: '' })}
                allowDeselect={false}
              />
            ) : null}
            {models.length > 1 ? (
              <Select
                size="xs"
                aria-label="Model"
                data={models}
                value={shown}
                onChange={(value) => set({ model: value ?? '', monitor: '', device: '', feature: '', window: '' })}
                allowDeselect={false}
              />
            ) : null}
          </>
        }
      />
      <Answer query={map}>
        {(answer) => (
          <>
            {answer.monitors
              .filter((m) => m.shown)
              .map((m) => (
                <p key={m.name} className="says stack tight">
                  <span>
                    <strong>{m.name}</strong>
                    {m.enabled ? '' : ' (disabled)'}: {m.rule}
                  </span>
                  <BudgetLine of={m.budget} />
                  <NotJudged of={m.windows_not_judged} />
                </p>
              ))}
            {answer.cells.length === 0 && chosen ? null : (
              <Panel
                title={answer.model ? `Last verdicts for ${answer.model}` : 'Last verdicts'}
                flush
                answered_ms={map.dataUpdatedAt}
                note={`${countText(answer.devices.length, 'device')} by ${countText(answer.features.length, 'feature')}, greatest distance first`}
              >
                {answer.cells.length === 0 ? (
                  <Empty>
                    No window was judged yet. A verdict is made when a device closes a window of inferences and the monitor has compared it with the reference
                    profile.
                  </Empty>
                ) : (
                  <VerdictMap of={answer} chosen={cellKey(device, feature)} filters={filters} />
                )}
              </Panel>
            )}
            {answer.says.map((sentence) => (
              <p key={sentence} className="says t-warn">
                {sentence}
              </p>
            ))}
            <Cohorts of={answer.cohorts} several={answer.monitors.filter((m) => m.shown).length > 1} />
          </>
        )}
      </Answer>
      {chosen ? (
        // asked at once, shown below the map: it does not jump when the map comes
        <div className="stack" hidden={map.isPending}>
          <DetailPanels device={device} feature={feature} threshold={thresholdOf(map.data?.cells ?? [])} monitor={monitor} />
        </div>
      ) : null}
    </>
  );
}

type Cell = DriftMap['cells'][number];

/** One cell a device and feature: where several monitors judge a model, drifted where one of them says so, with the names of those that do. */
function cellsOf(cells: readonly Cell[]): (Cell & { drifted_by: readonly string[] })[] {
  return [...Map.groupBy(cells, (cell) => cellKey(cell.device, cell.feature)).values()].map((same) => {
    const drifted = same.filter((cell) => cell.drifted);
    return { ...(drifted[0] ?? same.find((cell) => cell.fault !== null) ?? same[0]!), drifted_by: drifted.map((cell) => cell.monitor) };
  });
}

function verdictText({ drifted_by, fault, missing }: ReturnType<typeof cellsOf>[number]): string {
  if (fault === 'not_comparable') return 'not comparable';
  if (drifted_by.length === 0) return 'steady';
  const how = fault === 'missing' && missing ? `missing in ${shareText(missing.share)}, ${shareText(missing.reference_share)} in the reference` : 'drifted';
  return `${how} (${listText(drifted_by)})`;
}

function VerdictMap({ of, chosen, filters }: { of: DriftMap; chosen: string; filters: Readonly<Record<string, string>> }) {
  const name = new Map(of.devices.map((device) => [device.id, device.name]));
  const cells = cellsOf(of.cells);
  const drifted = cells.filter((cell) => cell.drifted);
  const devices = new Set(drifted.map((cell) => cell.device)).size;
  const hrefOf = (device: string, feature: string) => `/drift?${new URLSearchParams({ ...chosenOf(filters, ['model', 'monitor']), device, feature })}`;
  const not_comparable = cells.filter((cell) => cell.fault === 'not_comparable').length;
  const blind = not_comparable > 0 ? ` ${countText(not_comparable, 'cell')} could not be compared with the profile.` : '';
  return (
    <div className="map">
      <ChartFrame
        label="Drift map"
        summary={
          drifted.length === 0
            ? `No feature of any device is drifted in its last window.${blind}`
            : `${countText(drifted.length, 'cell')} on ${countText(devices, 'device')} drifted in the last window; the number is the distance, 0 to 1, and ▲ marks a drifted verdict.${blind}`
        }
        twin={() => ({
          heads: ['Device', 'Feature', 'Distance', 'p-value', 'Threshold', 'Verdict', 'Inferences'],
          rows: cells.map((cell) => [
            name.get(cell.device) ?? cell.device,
            featureInWords(cell.feature),
            cell.distance.toFixed(2),
            probabilityText(cell.p_value),
            numberText(cell.threshold),
            verdictText(cell),
            cell.inferences,
          ]),
        })}
      >
        <HeatMap
          label="Drift map, devices by features"
          rows={of.devices.map((device) => ({ id: device.id, name: `${device.name} · v${device.model_version}`, href: `/devices/${device.id}` }))}
          columns={of.features.map((id) => ({ id, name: featureInWords(id) }))}
          chosen={chosen}
          cells={cells.map((cell) => ({
            row: cell.device,
            column: cell.feature,
            value: cell.distance,
            marked: cell.drifted,
            blind: cell.fault === 'not_comparable',
            href: hrefOf(cell.device, cell.feature),
            title: `${name.get(cell.device) ?? cell.device}, ${featureInWords(cell.feature)}: distance ${cell.distance.toFixed(2)}, ${verdictText(cell)}, p ${probabilityText(cell.p_value)}, window ${cell.window} of ${cell.inferences} inferences`,
          }))}
        />
      </ChartFrame>
    </div>
  );
}

const chosenOf = (filters: Readonly<Record<string, string>>, names: readonly string[]) =>
  Object.fromEntries(names.flatMap((name) => (filters[name] ? [[name, filters[name]]] : [])));

/** A line in the history stands for one monitor: where several are shown with thresholds of their own, there is none. */
function thresholdOf(cells: DriftMap['cells']): number | undefined {
  const all = new Set(cells.map((cell) => cell.threshold));
  return all.size === 1 ? [...all][0] : undefined;
}
