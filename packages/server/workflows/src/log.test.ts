// workflows: what lines of the train contract say.
import { describe, expect, it } from 'vitest';
import { hardwareLine, readHardwareLine, readMetric, readProgress, runOf } from './log.ts';

describe('the train contract', () => {
  it.each([
    ['::metric name=loss value=0.25 step=3', { key: 'loss', value: 0.25, step: 3 }],
    ['::metric name="top 5" value=1e-3', { key: 'top 5', value: 0.001, step: 0 }],
    ['::metric value=1', null],
    ['::metric name=loss value=much', null],
    ['::metric name=loss value=NaN', null],
    ['::metric name=loss value=1 step=1.5', null],
    ['metric name=loss value=1', null],
  ])('reads %s', (text, expected) => {
    expect(readMetric(text)).toEqual(expected);
  });

  it.each([
    ['::progress 0.4', 0.4],
    ['  ::progress .5 ', 0.5],
    ['::progress 7', 1],
    ['::progress', null],
    ['::progress -1', null],
    ['progress 0.4', null],
  ])('reads %s', (text, expected) => {
    expect(readProgress(text)).toBe(expected);
  });

  it('says a machine in one line, and reads it again without what is no fact', () => {
    const facts = { processor: 'Cortex-A55 + Cortex-A76', cores: '8', flags: 'neon fp16', temperature_c: '85.23' };
    expect(readHardwareLine(hardwareLine(facts))).toEqual(facts);
    expect(readHardwareLine('::hardware cores=many processor="a board" colour=red')).toEqual({ processor: 'a board' });
    expect(readHardwareLine('::hardware colour=red')).toBeNull();
    expect(readHardwareLine('hardware cores=4')).toBeNull();
  });

  it('gives each attempt a run of its own, always the same', () => {
    const step = { execution: 'exec_1', name: 'train', attempt: 1 };
    expect(runOf(step)).toBe(runOf({ ...step }));
    expect(runOf(step)).not.toBe(runOf({ ...step, attempt: 2 }));
    expect(runOf(step)).toMatch(/^[0-9a-f]{32}$/);
  });
});
