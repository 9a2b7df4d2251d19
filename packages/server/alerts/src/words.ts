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
  if (f.mean === undefined || f.reference_mean === undefined || f.mean === f.reference_mean) return `${plainName(f.name)} changed`;
  return `${plainName(f.name)} ${f.mean > f.reference_mean ? 'rose' : 'fell'} from ${round(f.reference_mean)} to ${round(f.mean)}`;
}
const round = (value: number) => Number(value.toPrecision(3)).toString();

/** A guess from the directions, said as one; null where nothing is known that fits. */
function guess(features: readonly AlertFeature[]): string | null {
  const way = (name: string) => {
    const f = features.find((one) => one.name === name);
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
