// web/drift: every device and feature at one glance; a cell opens its distribution and its history.
import { Select } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { HeatMap, cellKey } from '../../charts/heat-map.tsx';
import { ChartFrame } from '../../charts/chart-frame.tsx';
import { countText, numberText, probabilityText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { DetailPanels } from './detail.tsx';
import { type DriftMap, useDriftMap } from './queries.ts';
import { useModelNames } from '../models/queries.ts';

export function DriftPage() {
  const [filters, set] = useFilters();
  const { model = '', device = '', feature = '' } = filters;
  const map = useDriftMap(model);
  const names = useModelNames();
  const shown = model || map.data?.model || '';
  const models = [...new Set([...(names.data ?? []), ...(shown ? [shown] : [])])];
  return (
    <>
      <PageHead
        title="Drift"
        actions={
          models.length > 1 ? (
            <Select
              size="xs"
              aria-label="Model"
              data={models}
              value={shown}
              onChange={(value) => set({ model: value ?? '', device: '', feature: '', window: '' })}
              allowDeselect={false}
            />
          ) : null
        }
      />
      <Answer query={map}>
        {(answer) => (
          <>
            {answer.rule ? <p className="says">{answer.rule}</p> : null}
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
          </>
        )}
      </Answer>
      {device && feature ? <DetailPanels device={device} feature={feature} threshold={map.data?.cells[0]?.threshold} /> : null}
    </>
  );
}

/** Where several monitors judge a model, a cell has several verdicts: it is drifted where one of them says so. */
function cellsOf(cells: DriftMap['cells']): DriftMap['cells'] {
  const byKey = new Map<string, DriftMap['cells'][number]>();
  for (const cell of cells) {
    const key = cellKey(cell.device, cell.feature);
    byKey.set(key, { ...cell, drifted: cell.drifted || (byKey.get(key)?.drifted ?? false) });
  }
  return [...byKey.values()];
}

function VerdictMap({ of, chosen, filters }: { of: DriftMap; chosen: string; filters: Readonly<Record<string, string>> }) {
  const name = new Map(of.devices.map((device) => [device.id, device.name]));
  const cells = cellsOf(of.cells);
  const drifted = cells.filter((cell) => cell.drifted);
  const devices = new Set(drifted.map((cell) => cell.device)).size;
  const hrefOf = (device: string, feature: string) =>
    `/drift?${new URLSearchParams({ ...(filters['model'] ? { model: filters['model'] } : {}), device, feature })}`;
  return (
    <div className="map">
      <ChartFrame
        label="Drift map"
        summary={
          drifted.length === 0
            ? 'No feature of any device is drifted in its last window.'
            : `${countText(drifted.length, 'cell')} on ${countText(devices, 'device')} drifted in the last window; the number is the distance, 0 to 1, and ▲ marks a drifted verdict.`
        }
        twin={() => ({
          heads: ['Device', 'Feature', 'Distance', 'p-value', 'Threshold', 'Verdict', 'Inferences'],
          rows: cells.map((cell) => [
            name.get(cell.device) ?? cell.device,
            cell.feature,
            cell.distance.toFixed(2),
            probabilityText(cell.p_value),
            numberText(cell.threshold),
            cell.drifted ? 'drifted' : 'steady',
            cell.inferences,
          ]),
        })}
      >
        <HeatMap
          label="Drift map, devices by features"
          rows={of.devices.map((device) => ({ id: device.id, name: `${device.name} · v${device.model_version}`, href: `/devices/${device.id}` }))}
          columns={of.features}
          chosen={chosen}
          cells={cells.map((cell) => ({
            row: cell.device,
            column: cell.feature,
            value: cell.distance,
            marked: cell.drifted,
            href: hrefOf(cell.device, cell.feature),
            title: `${name.get(cell.device) ?? cell.device}, ${cell.feature}: distance ${cell.distance.toFixed(2)}, ${cell.drifted ? 'drifted' : 'steady'}, p ${probabilityText(cell.p_value)}, window ${cell.window} of ${cell.inferences} inferences`,
          }))}
        />
      </ChartFrame>
    </div>
  );
}
