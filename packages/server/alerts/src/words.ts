// Says in words what an alert is about: which features moved, which way, what that often means, where, and what to do next.
import { type Cohort, type FaultSignature, featuresOfPair, pairInSentence } from '@holdfast/stats';
import type { AlertDeviceRow, AlertFeature } from './alert-table.ts';
import type { Summary } from './cause.ts';

const plain: Readonly<Record<string, string>> = {
  'image.brightness': 'brightness',
  'image.contrast': 'contrast',
  'image.sharpness': 'sharpness',
  'image.dark': 'share of dark pixels',
  'image.bright': 'share of bright pixels',
  'image.entropy': 'spread of gray values',
  'output.confidence': 'confidence of the answers',
  'output.margin': 'margin of the answers',
  classes: 'shares of the classes',
};

export function plainName(feature: string): string {
  const pair = featuresOfPair(feature);
  if (pair) return pairInSentence([plainName(pair[0]), plainName(pair[1])]);
  return plain[feature] ?? feature.replace(/^input\./, 'input ');
}

function moved(f: AlertFeature): string {
  if (f.fault === 'missing' && f.missing)
    return `${f.name === 'classes' ? 'the class' : plainName(f.name)} is missing in ${percent(f.missing.share)} of the inferences, ${percent(f.missing.reference_share)} in the reference`;
  if (f.unseen && f.signature === 'new_category')
    return `${plainName(f.name)} is new to the reference in ${percent(f.unseen.share)} of its values, in ${percent(f.unseen.reference_share)} there`;
  if (featuresOfPair(f.name) || f.mean === undefined || f.reference_mean === undefined || f.mean === f.reference_mean) return `${plainName(f.name)} changed`;
  return `${plainName(f.name)} ${f.mean > f.reference_mean ? 'rose' : 'fell'} from ${round(f.reference_mean)} to ${round(f.mean)}`;
}
/** To a whole percent, unless that would say none or all of what is some. */
const percent = (share: number) => {
  const whole = Math.round(100 * share);
  if (whole === 0 && share > 0) return 'less than 1 %';
  return whole === 100 && share < 1 ? 'more than 99 %' : `${whole} %`;
};
const round = (value: number) => Number(value.toPrecision(3)).toString();

/** A guess from the directions, said as one; null where nothing is known that fits. */
function guess(features: readonly AlertFeature[]): string | null {
  const way = (name: string) => {
    const f = features.find((one) => one.name === name && one.fault !== 'missing');
    return f?.mean === undefined || f.reference_mean === undefined ? 0 : Math.sign(f.mean - f.reference_mean);
  };
  if (way('image.bright') > 0) return 'this looks like a gain or an exposure that is too high';
  if (way('image.sharpness') < 0 && way('image.dark') < 0) return 'this looks like a fogged or dirty lens';
  if (way('image.sharpness') < 0) return 'this looks like a lens out of focus';
  if (way('image.brightness') < 0) return 'this looks like a gain that is too low, or too little light';
  return null;
}

/** What a fault looks like, where the features have no better word for it. */
const looks: Readonly<Record<FaultSignature, string | null>> = {
  offset: 'this looks like an offset: something is added to every value',
  gain: 'this looks like a wrong gain: every value by the same factor',
  stuck: 'this looks like a stuck sensor: the value hardly moves',
  clipped: 'this looks like a clipped sensor: values end at a limit',
  unit_change: 'this looks like another unit of measure',
  new_category: 'this looks like a value that the reference does not know',
  prior_shift: 'this looks like other things before the model, in another mix',
  missing: null,
  shape: null,
};

const devices_told_max = 3;

export function causeInWords(devices: readonly (Pick<AlertDeviceRow, 'features'> & { name: string })[], cohort: Cohort | null = null): string {
  const told = devices.slice(0, devices_told_max).map(({ name, features }) => {
    const inputs = features.filter((f) => f.name !== 'classes').slice(0, 3);
    const strongest = inputs.length > 0 ? inputs : features;
    const meaning = guess(features) ?? looks[strongest[0]?.signature ?? 'shape'];
    return `${name}: ${strongest.map(moved).join(', ')}${meaning ? `; ${meaning}` : ''}.`;
  });
  const more = devices.length - told.length;
  return [...told, ...(more > 0 ? [`And ${more} more device${more === 1 ? '' : 's'}.`] : []), ...(cohort ? [cohortInWords(cohort)] : [])].join(' ');
}

export const cohortInWords = ({ fact, value, drifted_with, drifted, watched_with, watched }: Cohort): string =>
  `${drifted_with} of ${drifted} drifted devices have ${fact} ${value}, as ${watched_with} of ${watched} watched ones do.`;

type Affected = readonly Pick<AlertDeviceRow, 'features'>[];
/** Values that do not come are a matter of the app and its sensors, not of the model. */
const onlyMissing = (devices: Affected) => devices.length > 0 && devices.every(({ features }) => features.every((f) => f.fault === 'missing'));

export const titleOf = (model: string, devices: Affected) =>
  `${model} ${onlyMissing(devices) ? 'misses inputs that it was made with' : 'sees other inputs than it was made for'} on ${devices.length} device${devices.length === 1 ? '' : 's'}`;

const next: Readonly<Partial<Record<FaultSignature, string>>> = {
  offset: 'Look at the zero point and the calibration of the sensor',
  gain: 'Look at the gain and the calibration of the sensor',
  stuck: 'Look at the sensor and its connection: its value hardly moves',
  clipped: 'Look at the range that the sensor and the app allow: values end at a limit',
  unit_change: 'Look at the unit in which the app gives the value, and at what was changed in it lately',
  new_category: 'Look at what the new value means; if it is right, label some and retrain',
  prior_shift: 'Look at what stands before the model now; if that stays so, label some and retrain',
};

/** What to do next, by the likely fault, and where to look first. */
export function suggestionOf(model: string, devices: Affected, { fault, features }: Pick<Summary, 'fault' | 'features'>): string {
  if (onlyMissing(devices)) return `Look at the app and the sensors of these devices: values that ${model} needs do not come, or not as numbers.`;
  const [lead] = features;
  if (lead && featuresOfPair(lead.name))
    return `Each feature by itself is as it was: look at what ties them, such as a swapped or late channel. If the world has changed and not the device, label a few samples and retrain ${model}.`;
  const step = next[fault];
  if (!step || !lead || lead.name.startsWith('image.'))
    return `Look at the images of these devices, label a few, and retrain ${model}; if the camera is at fault, mend the camera.`;
  const subject = lead.name === 'classes' ? '' : `, ${plainName(lead.name)} first`;
  return `${step}${subject}. If the world has changed and not the device, label a few samples and retrain ${model}.`;
}
