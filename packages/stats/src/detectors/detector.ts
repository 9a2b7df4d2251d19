// stats/detectors: one interface for every streaming detector, and what they all share: which values are read, what a drift leaves, the state.
// A detector is a description (name, parameters, start, step) over a memory of plain data; the rest is here, so that none of it is written twice.
// Rule for values: NaN and infinities are not read and counted as `skipped`; values beyond 1e100 are read as 1e100 with their sign and counted as
// `clamped`, so that no square overflows. State: a copy of the memory, versioned; it goes through JSON without loss (numbers print shortest round-trip).
import { failure } from '@holdfast/base';
import { type GivenParameters, type ParameterList, type ParametersOf, settle } from './parameters.ts';

export type Firing = 'drift' | 'warning';
type Plain = number | string | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** What a device keeps to go on later, at any sample. */
export interface DetectorState {
  readonly v: 1;
  readonly detector: string;
  /** The version of the memory's layout; another one is refused. */
  readonly layout: number;
  readonly parameters: GivenParameters;
  readonly firing: Firing | null;
  readonly read: number;
  readonly skipped: number;
  readonly clamped: number;
  readonly memory: Plain;
}

export interface Detector {
  readonly name: string;
  /** True after an update that found a drift, until the next update. */
  readonly drift: boolean;
  /** True after an update that suspects one. */
  readonly warning: boolean;
  /** Values that were read, not finite, beyond 1e100. */
  readonly read: number;
  readonly skipped: number;
  readonly clamped: number;
  update(value: number): Firing | null;
  readonly state: DetectorState;
}

/** An algorithm. `M` is plain data: finite numbers, texts, flags, null, and lists and objects of them. */
export interface Description<P extends ParameterList, M extends object> {
  readonly name: string;
  readonly says: string;
  readonly layout: number;
  readonly parameters: P;
  /** What else the parameters must keep, in words; null where they do. */
  readonly refuses?: (parameters: ParametersOf<P>) => string | null;
  readonly start: (parameters: ParametersOf<P>, reference: readonly number[]) => M;
  /** Takes in one finite value. */
  readonly step: (memory: M, value: number, parameters: ParametersOf<P>) => Firing | null;
  /** What a drift leaves; without it the detector starts anew. */
  readonly after?: (memory: M, parameters: ParametersOf<P>) => M;
}

/** A detector that can be opened by its name. */
export interface DetectorKind {
  readonly name: string;
  readonly says: string;
  readonly parameters: ParameterList;
  /** `reference`: values of the time when all was well; a detector without need of one ignores it. */
  open(given?: GivenParameters, reference?: readonly number[]): Detector;
  resume(state: DetectorState): Detector;
}

const value_max = 1e100;
const nothing_seen = { firing: null, read: 0, skipped: 0, clamped: 0 } as const;

/** A copy whose lists take no more room than they need. */
function copyOf(plain: Plain): Plain {
  if (plain === null || typeof plain !== 'object') return plain;
  if (Array.isArray(plain)) return (plain as readonly Plain[]).map(copyOf);
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, copyOf(value)]));
}

class Running<P extends ParameterList, M extends object> implements Detector {
  readonly #description: Description<P, M>;
  readonly #parameters: ParametersOf<P>;
  #memory: M;
  #firing: Firing | null;
  read: number;
  skipped: number;
  clamped: number;

  constructor(description: Description<P, M>, parameters: ParametersOf<P>, memory: M, seen: Pick<DetectorState, keyof typeof nothing_seen>) {
    this.#description = description;
    this.#parameters = parameters;
    this.#memory = memory;
    this.#firing = seen.firing;
    this.read = seen.read;
    this.skipped = seen.skipped;
    this.clamped = seen.clamped;
  }

  get name(): string {
    return this.#description.name;
  }
  get drift(): boolean {
    return this.#firing === 'drift';
  }
  get warning(): boolean {
    return this.#firing === 'warning';
  }

  update(value: number): Firing | null {
    this.#firing = null;
    if (!Number.isFinite(value)) {
      this.skipped++;
      return null;
    }
    this.read++;
    this.#firing = this.#description.step(this.#memory, this.#within(value), this.#parameters);
    if (this.#firing === 'drift') this.#memory = this.#left();
    return this.#firing;
  }

  #within(value: number): number {
    if (value <= value_max && value >= -value_max) return value;
    this.clamped++;
    return value > 0 ? value_max : -value_max;
  }

  #left(): M {
    const { after, start } = this.#description;
    return after ? after(this.#memory, this.#parameters) : start(this.#parameters, []);
  }

  get state(): DetectorState {
    const { name: detector, layout } = this.#description;
    const { read, skipped, clamped } = this;
    const parameters = { ...this.#parameters } as GivenParameters;
    return { v: 1, detector, layout, parameters, firing: this.#firing, read, skipped, clamped, memory: copyOf(this.#memory as Plain) };
  }
}

/** Makes a detector of its description. */
export function defineDetector<P extends ParameterList, M extends object>(description: Description<P, M>): DetectorKind {
  const { name, says, layout, parameters: list, refuses, start } = description;
  const settled = (given: GivenParameters): ParametersOf<P> => {
    const parameters = settle(name, list, given);
    const wrong = refuses?.(parameters) ?? null;
    if (wrong !== null) throw failure('HF-STAT-020', { detector: name, saw: JSON.stringify(parameters), expected: wrong });
    return parameters;
  };
  return {
    name,
    says,
    parameters: list,
    open(given = {}, reference = []) {
      const parameters = settled(given);
      return new Running(description, parameters, start(parameters, reference), nothing_seen);
    },
    resume(state) {
      const saw = `version ${state.v} of ${state.detector}, layout ${state.layout}`;
      const is_mine = (state.v as number) === 1 && state.detector === name && state.layout === layout;
      if (!is_mine) throw failure('HF-STAT-022', { saw, expected: `version 1 of ${name}, layout ${layout}` });
      return new Running(description, settled(state.parameters), copyOf(state.memory) as unknown as M, state);
    },
  };
}
