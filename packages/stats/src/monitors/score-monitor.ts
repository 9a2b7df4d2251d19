// stats/monitors: the monitors of one number: how the number is taken from an inference, what is usual for it, and a chart of its scores, joined.
// In place of a mean and a spread from a short warm-up, against which any limit is too tight or too wide, a value is placed among the calm values so far.
import type { ParameterList, ParametersOf } from '../detectors/parameters.ts';
import type { MonitoredInference } from './inference.ts';
import { type LearnedLaw, emptyLaw } from './learned-law.ts';
import { type MeanChart, addToMean, meanChart, meanReason } from './mean-chart.ts';
import { type MonitorDescription, type MonitorKind, type Look, type Phase, defineMonitor, warning_level } from './monitor.ts';
import { learnWhereCalm, type referenceParameters, usualScore } from './reference-parameters.ts';
import { type SumChart, addToSum, emptySums, sumChart, sumReason } from './sum-chart.ts';

type Reference = ReturnType<typeof referenceParameters>;
type Updating = ParametersOf<Reference>;

/** A number of an inference: null where it lacks it, undefined where the stage is still gathering what it needs to make it. */
type Numbered<P, S> = (inference: MonitoredInference, parameters: P, stage: S) => number | null | undefined;

interface Shared<P extends ParameterList, S extends object> {
  readonly name: string;
  readonly says: string;
  readonly needs: string;
  /** The number, in words. */
  readonly what: string;
  /** By the name that it has elsewhere, where it is one feature. */
  readonly feature?: string;
  readonly parameters: P & Reference;
  readonly not_used: Readonly<Record<string, string>>;
  /** What is gathered before there is a number. */
  readonly stage: (parameters: ParametersOf<P & Reference>) => S;
  readonly number: Numbered<ParametersOf<P & Reference>, S>;
  readonly exit_level?: (parameters: ParametersOf<P & Reference>) => number;
  readonly cooldown?: (parameters: ParametersOf<P & Reference>) => number;
}

/** A score that does not come from what is usual, but from a reference that was given; null where there is none. */
type GivenScore<P, S> = (value: number, parameters: P, stage: S) => { readonly score: number; readonly error: number } | null;

interface Charted<C, S> {
  readonly chart: C;
  readonly law: LearnedLaw;
  readonly stage: S;
}

interface MeanSettings {
  readonly weight: number;
  readonly width: number;
  readonly in_a_row: number;
}

/** A weighted mean of the scores. */
export function meanMonitor<P extends ParameterList, S extends object>(
  of: Shared<P, S>,
  settings: (parameters: ParametersOf<P & Reference>) => MeanSettings,
): MonitorKind {
  type All = ParametersOf<P & Reference>;
  return defineMonitor<P & Reference, Charted<MeanChart, S>>({
    ...described(of),
    start: (p: All) => ({ chart: meanChart(settings(p).weight, settings(p).width, updating(p).run_length), law: emptyLaw(), stage: of.stage(p) }),
    take: (memory, inference, p, { phase }) =>
      looked(of, memory, { inference, parameters: p, phase }, (score) => addToMean(memory.chart, score, settings(p).weight, settings(p).in_a_row)),
    reason: ({ chart }, p) => meanReason(chart, of.what, settings(p).weight),
    note: ({ chart }, p) => raised(settings(p).width, chart.width, updating(p).run_length),
  });
}

interface SumSettings {
  readonly allowance: number;
  readonly limit: number;
}

/** The sums of the scores beyond an allowance. */
export function sumMonitor<P extends ParameterList, S extends object>(
  of: Shared<P, S>,
  settings: (parameters: ParametersOf<P & Reference>) => SumSettings,
  given: GivenScore<ParametersOf<P & Reference>, S> = () => null,
): MonitorKind {
  type All = ParametersOf<P & Reference>;
  return defineMonitor<P & Reference, Charted<SumChart, S>>({
    ...described(of),
    start: (p: All) => ({ chart: sumChart(settings(p).allowance, settings(p).limit, updating(p).run_length), law: emptyLaw(), stage: of.stage(p) }),
    take: (memory, inference, p, { phase }) => {
      const add = (score: number, error: number) => addToSum(memory.chart, score, settings(p).allowance, error);
      return looked(of, memory, { inference, parameters: p, phase }, add, given);
    },
    reason: ({ chart }) => sumReason(chart, of.what),
    note: ({ chart }, p) => raised(settings(p).limit, chart.limit, updating(p).run_length),
    calm: ({ chart }) => emptySums(chart),
  });
}

const raised = (asked: number, used: number, run_length: number): string | null =>
  used > asked + 1e-9 ? `the limit is ${used.toFixed(2)} in place of ${asked}, so that false alarms are ${run_length} inferences apart` : null;

/** The parameters that every one of them has, whatever it has besides. */
const updating = (parameters: unknown): Updating => parameters as Updating;

function described<P extends ParameterList, S extends object>(
  of: Shared<P, S>,
): Omit<MonitorDescription<P & Reference, never>, 'start' | 'take' | 'reason' | 'calm' | 'feature'> & { readonly feature: () => string | null } {
  const { name, says, needs, parameters, not_used, feature = null, exit_level, cooldown } = of;
  return {
    name,
    says,
    needs,
    layout: 1,
    parameters,
    not_used,
    feature: () => feature,
    ...(exit_level ? { exit_level } : {}),
    ...(cooldown ? { cooldown } : {}),
  };
}

interface Asked<P> {
  readonly inference: MonitoredInference;
  readonly parameters: P;
  readonly phase: Phase;
}

function looked<P extends ParameterList, S extends object>(
  of: Shared<P, S>,
  { law, stage }: Charted<object, S>,
  { inference, parameters, phase }: Asked<ParametersOf<P & Reference>>,
  add: (score: number, error: number) => number,
  given?: GivenScore<ParametersOf<P & Reference>, S>,
): Look {
  const value = of.number(inference, parameters, stage);
  if (value === null) return 'missing';
  if (value === undefined) return null;
  const known = given?.(value, parameters, stage) ?? null;
  if (known) return add(known.score, known.error);
  const score = usualScore(law, value, updating(parameters));
  if (score === null) return null;
  const level = add(score, 1 / Math.sqrt(law.sorted.length + 1));
  learnWhereCalm(law, value, updating(parameters), { phase, level, warning: warning_level });
  return level;
}
