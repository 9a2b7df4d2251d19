// cli/drift: parameters of a monitor as the first scenarios of TinyLCM have them. Their programs read them by these names and handed them to the library by those that
// it still has; a file of then means what its program made of it. `warmup_samples` beside `min_samples` was the interval of the updates, not the warm-up.
import type { Fields } from './config-fields.ts';

type Renaming = Readonly<Record<string, string>>;

const with_min_samples: Renaming = { min_samples: 'warm_up_samples', warmup_samples: 'reference_update_interval' };
const alone: Renaming = { warmup_samples: 'warm_up_samples' };
const of_monitor: Readonly<Record<string, Renaming>> = {
  EWMAConfidenceMonitor: { alpha: 'lambda_param', window_size: 'drift_window' },
  PageHinkleyFeatureMonitor: { lambda_param: 'lambda_threshold' },
};

export interface Renamed {
  readonly parameters: Fields;
  /** Old and new key of each that was renamed. */
  readonly keys: readonly (readonly [older: string, key: string])[];
  /** An older key whose new one is there too: nobody can tell which of them counts. */
  readonly twice: readonly [older: string, key: string] | null;
}

/** `known`: the parameters that the monitor has; a key that is one of them means itself. */
export function renamed(monitor: string, given: Fields, known: readonly string[]): Renamed {
  const table = { ...of_monitor[monitor], ...('min_samples' in given && !known.includes('min_samples') ? with_min_samples : alone) };
  const keys = Object.keys(given).flatMap((older): (readonly [string, string])[] => {
    const key = Object.hasOwn(table, older) && !known.includes(older) ? table[older]! : older;
    return key !== older && known.includes(key) ? [[older, key]] : [];
  });
  const parameters = Object.fromEntries(Object.entries(given).map(([key, value]) => [keys.find(([older]) => older === key)?.[1] ?? key, value]));
  return { parameters, keys, twice: keys.find(([, key]) => Object.hasOwn(given, key)) ?? null };
}
