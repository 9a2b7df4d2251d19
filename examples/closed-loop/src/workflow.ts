// closed-loop: the two workflows of the story: the first version, and the retraining that an alert starts.
import type { StepDefinition } from '@holdfast/protocol/rest';
import { places } from './places.ts';

export const model = 'digits';
export const train_set = 'digits-train';
export const holdout_set = 'digits-holdout';
export const labelled_min = 240;
export const rollout_settings = {
  waves: '1,100%',
  watch_ms: '4000',
  inferences_min: '300',
  seconds_min: '5',
  seconds_max: '90',
  suspect_windows_max: '0',
  crashes_max: '0',
} as const;

const node = process.execPath;

/** From datasets to a rollout. `train` and `holdout` say where the two datasets come from. */
function fromTraining(sets: { train: string; holdout: string }, needs: readonly string[], pipeline: string): StepDefinition[] {
  return [
    { name: 'train', kind: 'command', needs: [...needs], argv: [node, places.train], inputs: { dataset: sets.train }, outputs: { model: 'model.onnx' } },
    {
      name: 'evaluate',
      kind: 'command',
      needs: ['train'],
      argv: [node, places.evaluate],
      inputs: { model: 'step:train/model', dataset: sets.holdout, baseline: `model:${model}@champion` },
      outputs: { metrics: 'metrics.json', profile: 'profile.json' },
    },
    {
      name: 'register',
      kind: 'register',
      needs: ['evaluate'],
      with: { model, file: 'step:train/model', metrics: 'step:evaluate/metrics', dataset: sets.train },
    },
    { name: 'bundle', kind: 'bundle', needs: ['register'], with: { model, version: 'step:register/version', pipeline, profile: 'step:evaluate/profile' } },
    { name: 'rollout', kind: 'rollout', needs: ['bundle'], with: { model, version: 'step:register/version', ...rollout_settings } },
  ];
}

export const firstWorkflow = (pipeline: string): StepDefinition[] =>
  fromTraining({ train: `dataset:${train_set}`, holdout: `dataset:${holdout_set}` }, [], pipeline);

export const retrainWorkflow = (pipeline: string): StepDefinition[] => [
  {
    name: 'collect',
    kind: 'collect',
    with: { model, train: train_set, holdout: holdout_set, labelled_min: String(labelled_min), devices_min: '2', since_ms: '${since_ms}' },
  },
  ...fromTraining({ train: 'step:collect/train', holdout: 'step:collect/holdout' }, ['collect'], pipeline),
];
