// alerts: says in words what the own monitors of devices found: which, on how many devices, their reasons, and what to do next.
import type { AlertDeviceRow, AlertRow } from './alert-table.ts';
import { cohortInWords, plainName } from './words.ts';

type Affected = readonly (Pick<AlertDeviceRow, 'said'> & { readonly name: string })[];
export interface Words {
  readonly title: string;
  readonly cause: string;
  readonly suggestion: string;
}

const devices_told_max = 3;
const devicesInWords = (count: number): string => `${count} device${count === 1 ? '' : 's'}`;

export function firingWords({ monitor, model, feature, cohort }: Pick<AlertRow, 'monitor' | 'model' | 'feature' | 'cohort'>, devices: Affected): Words {
  const of = feature === null ? '' : `: ${plainName(feature)}`;
  const told = devices.slice(0, devices_told_max).map(({ name, said }) => `${name}: ${said ?? 'it fired'}.`);
  const more = devices.length - told.length;
  const rest = [...(more > 0 ? [`And ${devicesInWords(more)} more.`] : []), ...(cohort ? [cohortInWords(cohort)] : [])];
  return {
    title: `${monitor} of ${model} fired on ${devicesInWords(devices.length)}${of}`,
    cause: [...told, ...rest].join(' '),
    suggestion: `${nextOf(monitor, model)} The monitor came with the bundle: its settings are in the bundle's monitors.json.`,
  };
}

/** By what the monitor looks at: its confidence, its answers, their truth, or what goes in. A second one of a kind has a number behind its name. */
function nextOf(monitor: string, model: string): string {
  const [kind = ''] = monitor.split(' ');
  const then = `label a few of the samples that these devices keep, and retrain ${model}`;
  if (kind === 'AccuracyCUSUM') return `The answers of ${model} are wrong more often than was stated: look at what it gets wrong, ${then}.`;
  if (kind.includes('Confidence')) return `${model} is not as sure as it was: look at what these devices see, ${then}.`;
  if (kind === 'PredictionDistributionMonitor')
    return `${model} gives its classes in another mix: look at what stands before the devices now; if that stays so, ${then}.`;
  if (kind === 'KSTest') return `The answers of ${model} are of another law than the reference: look at what goes in; if that is right, ${then}.`;
  return `What goes into ${model} is not as it was: look at the sensors and the app of these devices; if they are right, ${then}.`;
}
