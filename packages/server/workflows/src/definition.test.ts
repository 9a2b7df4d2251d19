// workflows: what a definition has to say so that its steps can run.
import type { StepDefinition } from '@holdfast/protocol/rest';
import { describe, expect, it } from 'vitest';
import { orderSteps } from './dag.ts';
import { checkDefinition } from './definition.ts';

const digest = 'a'.repeat(64);
const check = (...steps: StepDefinition[]) => checkDefinition(orderSteps(steps));
const train: StepDefinition = { name: 'train', kind: 'command', argv: ['true'], outputs: { model: 'out/model.onnx' } };
const evaluate = (inputs: Record<string, string>, needs = ['train']): StepDefinition => ({ name: 'evaluate', kind: 'command', argv: ['true'], needs, inputs });
const register: StepDefinition = { name: 'register', kind: 'register', needs: ['evaluate'], with: { model: 'eyes', file: 'step:train/model' } };
const says = (message: string) => expect.objectContaining({ code: 'HF-REQ-001', message: expect.stringContaining(message) as string }) as Error;

describe('checkDefinition', () => {
  it('accepts a whole retraining, with what is known only when it starts', () => {
    const dataset = 'step:collect/train';
    check(
      { name: 'collect', kind: 'collect', with: { model: '${model}', train: 'a', holdout: 'b', since_ms: '${since_ms}' } },
      { ...train, needs: ['collect'], inputs: { dataset } },
      evaluate({
        model: 'step:train/model',
        held: 'dataset:b@3',
        all: 'dataset:a',
        base: 'model:eyes@champion',
        file: digest,
        any: '${any}',
        of: 'step:${s}/x',
      }),
      { ...register, with: { ...register.with, dataset } },
      {
        name: 'bundle',
        kind: 'bundle',
        needs: ['register'],
        with: { model: 'eyes', version: 'step:register/version', pipeline: digest, profile: '${profile}' },
      },
      { name: 'rollout', kind: 'rollout', needs: ['bundle'], with: { model: 'eyes', version: '3' } },
    );
  });

  it.each([
    ['collect', { model: 'eyes', train: 'a' }, 'with.holdout: saw nothing, expected a name'],
    ['register', undefined, 'with.model: saw nothing, expected a name'],
    ['register', { model: 'eyes' }, 'with.file: saw nothing, expected a digest'],
    ['register', { model: 'eyes', file: 'model.onnx' }, 'with.file: saw "model.onnx", expected a digest'],
    ['bundle', { model: 'eyes', version: '1', pipeline: digest }, 'with.profile: saw nothing'],
    ['rollout', { model: 'eyes' }, 'with.version: saw nothing, expected the number of a version'],
    ['rollout', { model: 'eyes', version: 'two' }, 'with.version: saw "two"'],
    ['rollout', { model: 'eyes', version: '2147483648' }, 'with.version: saw "2147483648"'],
    ['rollout', { model: '', version: '2' }, 'with.model: saw "", expected a name'],
  ] as const)('refuses the kind %s with the settings %j', (kind, settings, message) => {
    const step: StepDefinition = { name: 'act', kind, ...(settings ? { with: settings } : {}) };
    expect(() => check(step)).toThrow(says(`step act, ${message}`));
  });

  it.each([
    ['nonsense', 'saw "nonsense", expected dataset:NAME[@VERSION], model:NAME@ALIAS'],
    ['step:train', 'saw "step:train", expected dataset:NAME[@VERSION]'],
    ['step:zz/out', 'saw "step:zz/out", expected a step of this workflow'],
    ['step:train/out', 'saw "step:train/out", expected an output of step train: model'],
    ['step:aside/model', 'saw "step:aside/model", expected a step that it needs'],
    ['step:evaluate/model', 'saw "step:evaluate/model", expected a step that it needs'],
  ])('refuses the input %s', (text, message) => {
    expect(() => check(train, { ...train, name: 'aside' }, evaluate({ model: text }))).toThrow(says(`step evaluate, inputs.model: ${message}`));
  });

  it('refuses a setting that names what no step before makes', () => {
    const naming = (file: string) => () => check(train, evaluate({}), { ...register, with: { model: 'eyes', file } });
    expect(naming('step:train/model')).not.toThrow();
    expect(naming('step:evaluate/model')).toThrow(
      says('step register, with.file: saw "step:evaluate/model", expected an output of step evaluate: it names none'),
    );
    expect(naming('step:none/model')).toThrow(says('expected a step of this workflow'));
  });

  it.each(['../../etc/x', '/etc/x', 'a/../../x', '', 'a\\b'])('refuses the output path %j', (file) => {
    expect(() => check({ ...train, outputs: { model: file } })).toThrow(
      says(`step train, outputs.model: saw ${JSON.stringify(file)}, expected a relative path`),
    );
  });

  it('finds what comes before also far back, among ten thousand steps that each ask for the first', () => {
    const chain = Array.from({ length: 9_999 }, (_, i) => ({ ...evaluate({ model: 'step:train/model' }, [i === 0 ? 'train' : `s${i - 1}`]), name: `s${i}` }));
    expect(() => check(train, ...chain)).not.toThrow();
    expect(() => check(train, ...chain, { ...evaluate({ model: 'step:s9998/model' }, ['s9997']), name: 'last' })).toThrow(
      says('expected a step that it needs'),
    );
  });
});
