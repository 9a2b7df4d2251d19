// Says in words what an alert is about: which features moved, which way, and what that often means.
import type { AlertDeviceRow, AlertFeature } from './alert-table.ts';

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

export const plainName = (feature: string) => plain[feature] ?? feature.replace(/^input\./, 'input ');

function moved(f: AlertFeature): string {
  if (f.fault === 'missing' && f.missing)
    return `${f.name === 'classes' ? 'the class' : plainName(f.name)} is missing in ${percent(f.missing.share)} of the inferences, ${percent(f.missing.reference_share)} in the reference`;
  if (f.mean === undefined || f.reference_mean === undefined || f.mean === f.reference_mean) return `${plainName(f.name)} changed`;
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

export function causeOf(devices: readonly (Pick<AlertDeviceRow, 'features'> & { name: string })[]): string {
  return devices
    .map(({ name, features }) => {
      const strongest = features.filter((f) => f.name !== 'classes').slice(0, 3);
      const said = (strongest.length > 0 ? strongest : features).map(moved).join(', ');
      const meaning = guess(features);
      return `${name}: ${said}${meaning ? `; ${meaning}` : ''}.`;
    })
    .join(' ');
}

type Affected = readonly Pick<AlertDeviceRow, 'features'>[];
/** Values that do not come are a matter of the app and its sensors, not of the model. */
const onlyMissing = (devices: Affected) => devices.length > 0 && devices.every(({ features }) => features.every((f) => f.fault === 'missing'));

export const titleOf = (model: string, devices: Affected) =>
  `${model} ${onlyMissing(devices) ? 'misses inputs that it was made with' : 'sees other inputs than it was made for'} on ${devices.length} device${devices.length === 1 ? '' : 's'}`;

export const suggestionOf = (model: string, devices: Affected) =>
  onlyMissing(devices)
    ? `Look at the app and the sensors of these devices: values that ${model} needs do not come, or not as numbers.`
    : `Look at the images of these devices, label a few, and retrain ${model}; if the camera is at fault, mend the camera.`;
