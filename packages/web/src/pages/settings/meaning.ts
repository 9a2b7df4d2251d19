// web/settings: what the numbers of a monitor mean, and what a change of them does, in sentences. Pure.
import { countText, numberText } from '../../parts/format.ts';

export interface Judging {
  readonly enabled: boolean;
  readonly false_alarms_per_device_month: number;
  readonly distance_min: number;
  readonly windows_to_open: number;
  readonly windows_to_resolve: number;
}

const alarms = (n: number): string => `${numberText(n)} ${n === 1 ? 'false alarm' : 'false alarms'}`;
const inRow = (n: number): string => (n === 1 ? 'one drifted window' : `${n} drifted windows in a row`);

export const ruleOf = (m: Judging): string =>
  m.enabled
    ? `A feature is drifted where its distance since the onset, beyond what a reference of its size is itself off by, passes ${numberText(m.distance_min)} and the evidence of all its ` +
      `windows is more than the budget lets chance gather: ` +
      `${alarms(m.false_alarms_per_device_month)} for a device in 30 days. An alert opens after ${inRow(m.windows_to_open)} and resolves after ` +
      `${countText(m.windows_to_resolve, 'clean one')}.`
    : 'It judges no window.';

/** One sentence a change: what will be found that is not found now, or the other way round. */
export function changesOf(before: Judging, after: Judging): string[] {
  const found: string[] = [];
  const told = (now: number, then: number) => `${numberText(then)} instead of ${numberText(now)}`;
  if (before.enabled && !after.enabled) found.push('No window is judged from now on, and its open alerts are closed.');
  if (!before.enabled && after.enabled) found.push('Windows that close from now on are judged.');
  const budget = told(before.false_alarms_per_device_month, after.false_alarms_per_device_month);
  if (after.false_alarms_per_device_month > before.false_alarms_per_device_month)
    found.push(`More false alarms are accepted (${budget}): real changes are found from less evidence.`);
  if (after.false_alarms_per_device_month < before.false_alarms_per_device_month)
    found.push(`Fewer false alarms are accepted (${budget}): a real change needs more evidence.`);
  const distance = told(before.distance_min, after.distance_min);
  if (after.distance_min < before.distance_min) found.push(`Smaller changes count as drift (${distance}).`);
  if (after.distance_min > before.distance_min) found.push(`Only greater changes count as drift (${distance}).`);
  const opens = told(before.windows_to_open, after.windows_to_open);
  if (after.windows_to_open > before.windows_to_open) found.push(`An alert opens later (after ${opens} drifted windows).`);
  if (after.windows_to_open < before.windows_to_open) found.push(`An alert opens sooner (after ${opens} drifted windows).`);
  const resolves = told(before.windows_to_resolve, after.windows_to_resolve);
  if (after.windows_to_resolve > before.windows_to_resolve) found.push(`An alert stays open longer (until ${resolves} clean windows).`);
  if (after.windows_to_resolve < before.windows_to_resolve) found.push(`An alert resolves sooner (after ${resolves} clean windows).`);
  return found;
}
