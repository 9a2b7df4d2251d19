// stats/monitors: one interface for the monitors of TinyLCM and of edge-mlops-monitor, and what they share: parameters, what an inference lacks, the latch, the state.
// A monitor gives a level for an inference: at 1 there is a drift, from `warning_level` on it is suspected. A drift is said once: it lasts until the level has come
// down to the exit level, and no other one is said before the cooldown is over. State: plain data, a copy, versioned; it goes through JSON without loss.
import { failure } from '@holdfast/base';
import { type GivenParameters, type ParameterList, type ParametersOf, wrongParameter, withDefaults } from '../detectors/parameters.ts';
import type { MonitoredInference } from './inference.ts';

export interface Notice {
  readonly drift: boolean;
  readonly warning: boolean;
  readonly reason: string;
  /** What it looks at, as it is named elsewhere; absent where that is no one feature. */
  readonly feature?: string;
}
export type Phase = 'calm' | 'warning' | 'drift';
type Plain = number | string | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };
/** Values of the time when all was well, by feature; only KSTest takes them. */
export type MonitorReference = Readonly<Record<string, readonly number[]>>;

/** What is kept to go on later. The reference is not in it: it comes with the configuration. */
export interface MonitorState {
  readonly v: 1;
  readonly monitor: string;
  readonly layout: number;
  readonly parameters: GivenParameters;
  readonly phase: Phase;
  /** Inferences that were counted since the last drift began; -1 before the first. */
  readonly since: number;
  readonly counted: number;
  readonly missing: number;
  readonly memory: Plain;
}

export interface Monitor {
  readonly name: string;
  readonly needs: string;
  /** It needs the true class, which comes later than the inference. */
  readonly labelled: boolean;
  /** Inferences that were counted, and those that lacked what the monitor needs. */
  readonly counted: number;
  readonly missing: number;
  /** From a drift on until the monitor is calm. */
  readonly drifting: boolean;
  /** What was made of a limit that was asked for, in words; null where it is as it was. */
  readonly note: string | null;
  /** What it would say now. */
  readonly reason: string;
  readonly feature: string | null;
  /** null where nothing became different: a drift, a suspicion or the end of a drift is said once. */
  update(inference: MonitoredInference): Notice | null;
  readonly state: MonitorState;
}

/** `missing`: the inference lacks what is needed. null: nothing to judge yet, or between two checks. Else the level. */
export type Look = number | null | 'missing';

/** A monitor's rule over a memory of plain data. */
export interface MonitorDescription<P extends ParameterList, M extends object> {
  readonly name: string;
  readonly says: string;
  /** What an inference must bring, in words. */
  readonly needs: string;
  /** It needs the true class, which comes later than the inference. */
  readonly labelled?: true;
  readonly layout: number;
  readonly parameters: P;
  /** Parameters of the original that are taken and have no effect, each with the reason. */
  readonly not_used: Readonly<Record<string, string>>;
  readonly refuses?: (parameters: ParametersOf<P>) => string | null;
  readonly start: (parameters: ParametersOf<P>, reference: MonitorReference) => M;
  readonly take: (
    memory: M,
    inference: MonitoredInference,
    parameters: ParametersOf<P>,
    at: { readonly phase: Phase; readonly reference: MonitorReference },
  ) => Look;
  /** What is unusual now, in words. */
  readonly reason: (memory: M, parameters: ParametersOf<P>, reference: MonitorReference) => string;
  /** What it looks at, as it is named elsewhere; null where that is no one feature. */
  readonly feature?: (memory: M, reference: MonitorReference) => string | null;
  readonly note?: (memory: M, parameters: ParametersOf<P>) => string | null;
  /** The level at which a drift is over; 0.5 without it. */
  readonly exit_level?: (parameters: ParametersOf<P>) => number;
  /** Counted inferences after a drift in which no other one is said. */
  readonly cooldown?: (parameters: ParametersOf<P>) => number;
  /** A drift is over: a sum begins anew. */
  readonly calm?: (memory: M) => void;
}

export interface MonitorKind {
  readonly name: string;
  readonly says: string;
  readonly needs: string;
  readonly parameters: ParameterList;
  readonly not_used: Readonly<Record<string, string>>;
  /** What is wrong with parameters, each value checked; null where nothing is. */
  wrong(given: Readonly<Record<string, unknown>>): { readonly saw: string; readonly expected: string } | null;
  open(given?: Readonly<Record<string, unknown>>, reference?: MonitorReference): Monitor;
  /** As it was when the state was taken, with the same reference. */
  resume(state: MonitorState, reference?: MonitorReference): Monitor;
}

export const warning_level = 0.75;
const exit_level = 0.5;
const nothing_seen = { phase: 'calm', since: -1, counted: 0, missing: 0 } as const;
type Seen = Pick<MonitorState, keyof typeof nothing_seen>;

function copyOf(plain: Plain): Plain {
  if (plain === null || typeof plain !== 'object') return plain;
  if (Array.isArray(plain)) return (plain as readonly Plain[]).map(copyOf);
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, copyOf(value)]));
}

interface Parts<P extends ParameterList, M extends object> {
  readonly description: MonitorDescription<P, M>;
  readonly parameters: ParametersOf<P>;
  readonly reference: MonitorReference;
  readonly memory: M;
  readonly seen: Seen;
}

class Running<P extends ParameterList, M extends object> implements Monitor {
  readonly #description: MonitorDescription<P, M>;
  readonly #parameters: ParametersOf<P>;
  readonly #memory: M;
  readonly #at: { phase: Phase; readonly reference: MonitorReference };
  #since: number;
  counted: number;
  missing: number;

  constructor({ description, parameters, reference, memory, seen }: Parts<P, M>) {
    this.#description = description;
    this.#parameters = parameters;
    this.#memory = memory;
    this.#at = { phase: seen.phase, reference };
    this.#since = seen.since;
    this.counted = seen.counted;
    this.missing = seen.missing;
  }

  get name(): string {
    return this.#description.name;
  }
  get needs(): string {
    return this.#description.needs;
  }
  get labelled(): boolean {
    return this.#description.labelled === true;
  }
  get drifting(): boolean {
    return this.#at.phase === 'drift';
  }

  get note(): string | null {
    return this.#description.note?.(this.#memory, this.#parameters) ?? null;
  }

  get reason(): string {
    return this.#description.reason(this.#memory, this.#parameters, this.#at.reference);
  }
  get feature(): string | null {
    return this.#description.feature?.(this.#memory, this.#at.reference) ?? null;
  }

  update(inference: MonitoredInference): Notice | null {
    const look = this.#description.take(this.#memory, inference, this.#parameters, this.#at);
    if (look === 'missing') {
      this.missing++;
      return null;
    }
    this.counted++;
    if (this.#since >= 0) this.#since++;
    return look === null ? null : this.#judge(look);
  }

  #judge(level: number): Notice | null {
    const { phase } = this.#at;
    if (phase === 'drift') return level <= (this.#description.exit_level?.(this.#parameters) ?? exit_level) ? this.#end() : null;
    const is_cooling = this.#since >= 0 && this.#since <= (this.#description.cooldown?.(this.#parameters) ?? 0);
    if (level >= 1 && !is_cooling) return this.#say('drift');
    if (level < warning_level) this.#at.phase = 'calm';
    else if (phase === 'calm') return this.#say('warning');
    return null;
  }

  #say(phase: 'drift' | 'warning'): Notice {
    this.#at.phase = phase;
    if (phase === 'drift') this.#since = 0;
    const { reason, feature } = this;
    return { drift: phase === 'drift', warning: phase === 'warning', reason, ...(feature === null ? {} : { feature }) };
  }

  #end(): Notice {
    this.#at.phase = 'calm';
    this.#description.calm?.(this.#memory);
    return { drift: false, warning: false, reason: 'as usual again' };
  }

  get state(): MonitorState {
    const { name: monitor, layout } = this.#description;
    const { counted, missing } = this;
    const parameters = { ...this.#parameters } as GivenParameters;
    return { v: 1, monitor, layout, parameters, phase: this.#at.phase, since: this.#since, counted, missing, memory: copyOf(this.#memory as Plain) };
  }
}

/** Makes a monitor of its description. */
export function defineMonitor<P extends ParameterList, M extends object>(description: MonitorDescription<P, M>): MonitorKind {
  const { name, says, needs, layout, parameters: list, not_used, refuses, start } = description;
  const used = (given: Readonly<Record<string, unknown>>): GivenParameters =>
    Object.fromEntries(Object.entries(given).filter(([key, value]) => value !== null && !Object.hasOwn(not_used, key))) as GivenParameters;
  const wrong: MonitorKind['wrong'] = (given) => {
    const found = wrongParameter(list, used(given), Object.keys(not_used));
    if (found) return found;
    const settled = withDefaults(list, used(given));
    const expected = refuses?.(settled) ?? null;
    return expected === null ? null : { saw: JSON.stringify(settled), expected };
  };
  const settled = (given: Readonly<Record<string, unknown>>): ParametersOf<P> => {
    const found = wrong(given);
    if (found) throw failure('HF-STAT-025', { monitor: name, ...found });
    return withDefaults(list, used(given));
  };
  return {
    name,
    says,
    needs,
    parameters: list,
    not_used,
    wrong,
    open(given = {}, reference = {}) {
      const parameters = settled(given);
      return new Running({ description, parameters, reference, memory: start(parameters, reference), seen: nothing_seen });
    },
    resume(state, reference = {}) {
      const saw = `version ${state.v} of ${state.monitor}, layout ${state.layout}`;
      const is_mine = (state.v as number) === 1 && state.monitor === name && state.layout === layout;
      if (!is_mine) throw failure('HF-STAT-027', { saw, expected: `version 1 of ${name}, layout ${layout}` });
      return new Running({ description, parameters: settled(state.parameters), reference, memory: copyOf(state.memory) as unknown as M, seen: state });
    },
  };
}
