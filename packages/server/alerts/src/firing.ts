// alerts: what a monitor on a device says of its model, as the finding of one alert: that of its monitor, model and feature, however many devices say it.
// Such a monitor waits by itself until it is sure, so its alert fires at once. It says so again while it holds the drift; a device leaves the alert once it was
// heard of for a while without that. Pure.
import type { DeviceRow } from '@holdfast/fleet';
import type { OwnMonitors } from '@holdfast/monitors';
import type { FiringRow } from '@holdfast/telemetry';

export interface Firing {
  readonly monitor: string;
  readonly model: string;
  readonly model_version: number;
  readonly device: string;
  readonly at_ms: number;
  readonly feature: string | null;
  readonly said: string;
}

/** Three times the interval in which a device says that a drift is held. */
export const quiet_ms = 6 * 3_600_000;
const text_chars_max = 500;
const name_chars_max = 200;
/** One that is broken, or hostile, is in no more alerts of its own monitors than this at a time. */
export const firings_a_device_max = 50;

const textIn = (value: unknown, chars_max: number): string | null => (typeof value === 'string' && value !== '' ? value.slice(0, chars_max) : null);

/** A firing, and whether the device said of which version it is; null where it says too little. A clock that is ahead counts as ours. An agent of before did not name the model: it is what the device runs. */
export function firingOf(
  { fields, device, at_ms }: FiringRow,
  { reported }: Pick<DeviceRow, 'reported'>,
  now_ms: number,
): { readonly firing: Firing; readonly names_version: boolean } | null {
  const monitor = textIn(fields['monitor'], name_chars_max);
  const model = textIn(fields['model'], name_chars_max) ?? reported?.current?.model;
  const version = fields['model_version'] ?? reported?.current?.model_version;
  if (monitor === null || model === undefined || !Number.isSafeInteger(version) || Math.abs(version as number) >= 2 ** 31) return null;
  const said = textIn(fields['reason'], text_chars_max) ?? 'it fired';
  const feature = textIn(fields['feature'], name_chars_max);
  const firing = { monitor, model, model_version: version as number, device, at_ms: Math.min(at_ms, now_ms), feature, said };
  return { firing, names_version: fields['model_version'] !== undefined };
}

/** Why a firing makes no alert. */
export const refused_reasons = {
  incomplete: 'it does not say which monitor fired, of which model and version',
  version_unknown: 'the registry does not know the model version that it names',
  monitor_unknown: 'no bundle of the version that it names brought such a monitor',
  feature_unknown: 'the monitor that it names does not look at the feature that it names',
  too_many: `its device is in ${firings_a_device_max} alerts of its own monitors, which is the most`,
} as const;
export type RefusedReason = keyof typeof refused_reasons;

/** Monitor, model and feature are the words of the device: they are held against what came to devices. Null where they fit; one that names no feature is of all. */
export function refusalOf({ monitor, feature }: Firing, own: OwnMonitors | null): RefusedReason | null {
  if (own === null) return 'version_unknown';
  const features = own.get(monitor);
  if (!features) return 'monitor_unknown';
  return feature === null || features.has(feature) ? null : 'feature_unknown';
}

export const firingKey = ({ monitor, model, feature }: Firing): string => `device/${model}/${monitor}/${feature ?? ''}`;

export const isOver = (fired_ms: number, now_ms: number): boolean => fired_ms + quiet_ms <= now_ms;

/** A device that is not heard of has said nothing, for or against. */
export const isQuiet = (fired_ms: number, { last_seen_ms }: Pick<DeviceRow, 'last_seen_ms'>, now_ms: number): boolean =>
  isOver(fired_ms, Math.min(now_ms, last_seen_ms ?? 0));
