// stats/monitors: the monitors of a plan, run together on each inference; their state as one, which fits the same plan only.
import { failure } from '@holdfast/base';
import type { MonitoredInference } from './inference.ts';
import type { Monitor, MonitorState, Notice } from './monitor.ts';
import type { MonitorPlan, PlannedMonitor } from './monitor-plan.ts';
import { monitorKind } from './registry.ts';

/** What one of them said. */
export interface MonitorSaid extends Notice {
  /** Its name, and a number where the plan has several of it. */
  readonly monitor: string;
}

interface Named {
  readonly name: string;
  readonly monitor: Monitor;
}
const nothing: readonly MonitorSaid[] = [];

export class MonitorSet {
  readonly #all: readonly Named[];

  /** `states`: as they were taken, one a monitor; null begins anew. Fails with HF-STAT-025, HF-STAT-027. */
  constructor({ monitors }: MonitorPlan, states: readonly MonitorState[] | null = null) {
    if (states && states.length !== monitors.length)
      throw failure('HF-STAT-027', { saw: `states of ${states.length} monitors`, expected: `of ${monitors.length}` });
    this.#all = monitors.map((one, i) => ({ name: nameOf(monitors, i), monitor: opened(one, states?.[i]) }));
  }

  get monitors(): readonly Named[] {
    return this.#all;
  }

  /** Names of those that hold a drift now. */
  get drifting(): readonly string[] {
    return this.#all.filter(({ monitor }) => monitor.drifting).map(({ name }) => name);
  }

  /** `which`: where labels come later than what they are of, those that need none see the inference, and those that do see it again with its label. */
  update(inference: MonitoredInference, which: 'all' | 'labelled' | 'unlabelled' = 'all'): readonly MonitorSaid[] {
    let said: MonitorSaid[] | null = null;
    for (const { name, monitor } of this.#all) {
      if (which !== 'all' && monitor.labelled !== (which === 'labelled')) continue;
      const notice = monitor.update(inference);
      if (notice) (said ??= []).push({ monitor: name, ...notice });
    }
    return said ?? nothing;
  }

  get states(): readonly MonitorState[] {
    return this.#all.map(({ monitor }) => monitor.state);
  }
}

const opened = ({ monitor, parameters, reference = {} }: PlannedMonitor, state: MonitorState | undefined): Monitor =>
  state ? monitorKind(monitor).resume(state, reference) : monitorKind(monitor).open(parameters, reference);

function nameOf(monitors: readonly PlannedMonitor[], at: number): string {
  const { monitor } = monitors[at]!;
  const number = monitors.slice(0, at + 1).filter((one) => one.monitor === monitor).length;
  return number === 1 ? monitor : `${monitor} ${number}`;
}
