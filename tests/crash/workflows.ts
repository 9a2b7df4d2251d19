// tests/crash: the two workflows of the loop: the first version, and the retraining, which collects labelled samples before it trains.
// Between training and registering stands a gate, which lets nothing pass that was not trained on the world as it is.
import path from 'node:path';
import type { StepDefinition } from '@holdfast/protocol/rest';
import { model } from './house.ts';

export const sets = { train: 'level-train', holdout: 'level-holdout' } as const;
/** Each step may be lost with its worker or its server, again and again. */
const attempts_max = 20;
const program = (name: string) => [process.execPath, path.join(import.meta.dirname, name)];

export const probation = { inferences_min: 20, seconds_min: 1, seconds_max: 120, crashes_max: 20, suspect_windows_max: 3 } as const;
export const waves = ['1', '100%'] as const;
export const watch_ms = 1_000;

function fromTraining(given: { world: string; pipeline: string }, inputs: { train: string; holdout: string }, needs: readonly string[]): StepDefinition[] {
  const { world, pipeline } = given;
  const asText = Object.fromEntries(Object.entries(probation).map(([name, value]) => [name, String(value)]));
  return [
    {
      name: 'train',
      kind: 'command',
      needs: [...needs],
      argv: [...program('train.ts'), world],
      inputs: { dataset: inputs.train },
      outputs: { model: 'model.json', profile: 'profile.json' },
      attempts_max,
    },
    {
      name: 'gate',
      kind: 'command',
      needs: ['train'],
      argv: [...program('gate.ts'), world],
      inputs: { model: 'step:train/model', dataset: inputs.holdout },
      outputs: { metrics: 'metrics.json' },
      attempts_max,
    },
    {
      name: 'register',
      kind: 'register',
      needs: ['gate'],
      with: { model, file: 'step:train/model', metrics: 'step:gate/metrics', dataset: inputs.train },
      attempts_max,
    },
    {
      name: 'bundle',
      kind: 'bundle',
      needs: ['register'],
      with: { model, version: 'step:register/version', pipeline, profile: 'step:train/profile' },
      attempts_max,
    },
    {
      name: 'rollout',
      kind: 'rollout',
      needs: ['bundle'],
      with: { model, version: 'step:register/version', waves: waves.join(','), watch_ms: String(watch_ms), ...asText },
      attempts_max,
    },
  ];
}

export const firstWorkflow = (given: { world: string; pipeline: string }): StepDefinition[] =>
  fromTraining(given, { train: `dataset:${sets.train}`, holdout: `dataset:${sets.holdout}` }, []);

export const retrainWorkflow = (given: { world: string; pipeline: string }): StepDefinition[] => [
  {
    name: 'collect',
    kind: 'collect',
    with: { model, ...sets, labelled_min: '10', devices_min: '1', since_ms: '${since_ms}' },
    attempts_max,
  },
  ...fromTraining(given, { train: 'step:collect/train', holdout: 'step:collect/holdout' }, ['collect']),
];
