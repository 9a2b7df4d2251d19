// stats/detectors: the parameters of a detector: named, with a default and a range. What was given is checked whole before a detector starts:
// an unknown name or a value out of range fails with HF-STAT-020, which says what was expected and the nearest name.
import { failure, oneOf } from '@holdfast/base';

export interface NumberParameter {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
  readonly says: string;
}
export interface ChoiceParameter {
  readonly default: string;
  readonly choices: readonly string[];
  readonly says: string;
}
export interface FlagParameter {
  readonly default: boolean;
  readonly says: string;
}
export type Parameter = NumberParameter | ChoiceParameter | FlagParameter;
export type ParameterList = Readonly<Record<string, Parameter>>;
export type ParameterValue = number | string | boolean;
export type GivenParameters = Readonly<Record<string, ParameterValue>>;
export type ParametersOf<P extends ParameterList> = {
  readonly [K in keyof P]: P[K] extends NumberParameter ? number : P[K] extends ChoiceParameter ? string : boolean;
};

/** A number from min to max, both included. */
export const real = (value: number, min: number, max: number, says: string): NumberParameter => ({ default: value, min, max, whole: false, says });
/** A whole number from min to max, both included. */
export const whole = (value: number, min: number, max: number, says: string): NumberParameter => ({ default: value, min, max, whole: true, says });
/** One word of a few. */
export const choice = (value: string, choices: readonly string[], says: string): ChoiceParameter => ({ default: value, choices, says });
export const flag = (value: boolean, says: string): FlagParameter => ({ default: value, says });

interface Wrong {
  readonly saw: string;
  readonly expected: string;
}

/** Every parameter with its value: the given one, or the default. */
export function settle<P extends ParameterList>(detector: string, list: P, given: GivenParameters): ParametersOf<P> {
  const wrong = wrongParameter(list, given);
  if (wrong) throw failure('HF-STAT-020', { detector, ...wrong });
  return withDefaults(list, given);
}

/** The first parameter that is not known, or whose value is not allowed; null where all are well. `also`: names that the caller knows besides. */
export function wrongParameter(list: ParameterList, given: GivenParameters, also: readonly string[] = []): Wrong | null {
  const names = [...Object.keys(list), ...also];
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(list, key));
  if (unknown !== undefined) return { saw: `the parameter ${JSON.stringify(unknown)}`, expected: names.length === 0 ? 'no parameter' : oneOf(unknown, names) };
  const bad = Object.entries(given).find(([key, value]) => !allows(list[key]!, value));
  return bad ? { saw: `${bad[0]} = ${JSON.stringify(bad[1])}`, expected: wanted(list[bad[0]]!, bad[1]) } : null;
}

/** The values of parameters that are well. */
export function withDefaults<P extends ParameterList>(list: P, given: GivenParameters): ParametersOf<P> {
  return Object.fromEntries(Object.entries(list).map(([key, one]) => [key, Object.hasOwn(given, key) ? given[key]! : one.default])) as ParametersOf<P>;
}

function allows(one: Parameter, value: ParameterValue): boolean {
  if ('choices' in one) return one.choices.includes(value as string);
  if (!('min' in one)) return typeof value === 'boolean';
  return typeof value === 'number' && value >= one.min && value <= one.max && (!one.whole || Number.isInteger(value));
}

function wanted(one: Parameter, value: ParameterValue): string {
  if ('choices' in one) return oneOf(String(value), one.choices);
  return 'min' in one ? `a ${one.whole ? 'whole ' : ''}number from ${one.min} to ${one.max}` : 'true or false';
}

/** The value of a parameter in words, as a command line gives it; what is no value of its kind stays a text, and is refused where it is checked. */
export function readParameter(one: Parameter | undefined, text: string): ParameterValue {
  if (one === undefined || 'choices' in one) return text;
  if ('min' in one) return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
  return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text;
}
