// pipeline/ops: per channel, (v - mean) / std, as torchvision.transforms.Normalize. Works before and after hwctochw.
import type { JsonValue } from '../json/node.ts';
import { misuse, type PreprocOp, sizes } from './op.ts';

interface NormalizeParams {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

const channel_numbers = { type: 'array', minItems: 1, maxItems: 4 } as const;

export const normalize: PreprocOp = {
  name: 'normalize',
  does: 'Subtracts the mean and divides by the standard deviation of each channel.',
  params: {
    type: 'object',
    description: '{"mean": [...], "std": [...]}, one number a channel',
    properties: {
      mean: { ...channel_numbers, description: 'a list of 1 to 4 numbers, one a channel', items: { type: 'number', description: 'a number' } },
      std: {
        ...channel_numbers,
        description: 'a list of 1 to 4 numbers above 0, one a channel',
        items: { type: 'number', exclusiveMinimum: 0, description: 'a number above 0' },
      },
    },
    required: ['mean', 'std'],
    additionalProperties: false,
  },
  check(params: JsonValue) {
    const { mean, std } = params as unknown as NormalizeParams;
    return mean.length === std.length ? null : `as many numbers in std as in mean (${mean.length})`;
  },
  needs: 'any',
  compile(params) {
    const { mean, std } = params as unknown as NormalizeParams;
    return (tensor, layout) => {
      const { channels, height, width } = sizes(tensor, layout);
      if (channels !== mean.length) throw misuse('normalize', `an image of ${channels} channels`, `${mean.length}, as many as its mean has numbers`);
      const channelOf = layout === 'HWC' ? (i: number) => i % channels : (i: number) => Math.floor(i / (height * width));
      return { shape: tensor.shape, values: tensor.values.map((value, i) => (value - mean[channelOf(i)]!) / std[channelOf(i)]!) };
    };
  },
};
