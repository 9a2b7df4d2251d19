import { describe, expect, it } from 'vitest';
import { axesOf, wayOf } from './pareto-axes.ts';

const all = (keys: readonly string[]) => keys.map((key) => ({ key, runs: 5, runsWith: (other: string) => (keys.includes(other) ? 5 : 0) }));
const keysOf = (keys: readonly string[]) => axesOf({}, all(keys)).map(({ key, way }) => [key, key === null ? null : way]);

describe('the axes of the Pareto view', () => {
  it.each([
    [
      ['val_accuracy', 'latency_ms', 'peak_memory_mb', 'train_loss'],
      [
        ['val_accuracy', 'max'],
        ['latency_ms', 'min'],
        ['peak_memory_mb', 'min'],
      ],
    ],
    [
      ['rmse', 'tokensPerSecond', 'model_size_bytes'],
      [
        ['rmse', 'min'],
        ['tokensPerSecond', 'max'],
        ['model_size_bytes', 'min'],
      ],
    ],
    [
      ['system/system_memory_usage_percentage', 'system/system_memory_usage_megabytes', 'f1', 'p95'],
      [
        ['f1', 'max'],
        ['p95', 'min'],
        ['system/system_memory_usage_megabytes', 'min'],
      ],
    ],
    [
      ['epoch', 'lr'],
      [
        [null, null],
        [null, null],
        [null, null],
      ],
    ],
  ])('are guessed from the names %j', (keys, axes) => {
    expect(keysOf(keys)).toEqual(axes);
  });
  it('take the metric that most runs have, of those that fit as well', () => {
    const [quality] = axesOf({}, [
      { key: 'accuracy', runs: 2, runsWith: () => 0 },
      { key: 'val_accuracy', runs: 9, runsWith: () => 0 },
      { key: 'f1', runs: 0, runsWith: () => 0 },
    ]);
    expect(quality).toEqual({ name: 'quality', key: 'val_accuracy', way: 'max', guessed: true });
  });
  it('leave out what no run has beside what is weighed already, and prefer what more of them have', () => {
    const beside = (counts: Readonly<Record<string, number>>) => (other: string) => counts[other] ?? 0;
    const axes = axesOf({}, [
      { key: 'accuracy', runs: 4, runsWith: beside({ p95: 1, latency_ms: 3 }) },
      { key: 'latency', runs: 6, runsWith: beside({}) },
      { key: 'latency_ms', runs: 3, runsWith: beside({ accuracy: 3 }) },
      { key: 'inference time', runs: 9, runsWith: beside({ accuracy: 1 }) },
      { key: 'rss', runs: 5, runsWith: beside({ accuracy: 2 }) },
    ]);
    expect(axes.map(({ key }) => key)).toEqual(['accuracy', 'latency_ms', null]);
  });
  it('are those of the address, with its ways; a metric that is not there is guessed instead', () => {
    const axes = axesOf({ quality: 'loss', quality_way: 'max', latency: 'gone', memory: '-' }, all(['loss', 'accuracy', 'latency_ms', 'rss_bytes']));
    expect(axes).toEqual([
      { name: 'quality', key: 'loss', way: 'max', guessed: false },
      { name: 'latency', key: 'latency_ms', way: 'min', guessed: true },
      { name: 'memory', key: null, way: 'min', guessed: false },
    ]);
  });
  it('do not show one metric twice by a guess', () => {
    expect(keysOf(['size_ms'])).toEqual([
      [null, null],
      ['size_ms', 'min'],
      [null, null],
    ]);
  });
  it('say which way is better by the words of a name', () => {
    expect([wayOf('quality', 'evalLoss'), wayOf('quality', 'thing'), wayOf('latency', 'fps'), wayOf('latency', 'frame ms')]).toEqual([
      'min',
      'max',
      'max',
      'min',
    ]);
  });
});
