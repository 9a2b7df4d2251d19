import { expect, it } from 'vitest';
import { countOf, filterOf, orderOf, samplesHref, sortOf } from './filter.ts';

it('shows what has no label yet, drift first, where the address says nothing', () => {
  const filter = filterOf({});
  expect(filter).toEqual({
    model: undefined,
    device: undefined,
    since_ms: undefined,
    devices: undefined,
    ids: undefined,
    reason: undefined,
    show: 'unlabelled',
  });
  expect(orderOf(filter)).toEqual(['drift', 'quarantine', 'steady']);
  expect(orderOf(filter).map(sortOf)).toEqual(['oldest', 'least_confident', 'oldest']);
});
it('takes from the address what it knows, and leaves out what it does not', () => {
  const filter = filterOf({ model: 'fruit', device: 'dev_1', since: '1700', reason: 'steady', show: 'toString' });
  expect(filter).toEqual({ model: 'fruit', device: 'dev_1', since_ms: 1700, devices: undefined, ids: undefined, reason: 'steady', show: 'unlabelled' });
  expect(orderOf(filter)).toEqual(['steady']);
  expect(filterOf({ since: 'yesterday', reason: 'both' })).toMatchObject({ since_ms: undefined, reason: undefined });
});
it('writes an address that it reads again', () => {
  const href = samplesHref({ model: 'fruit', device: 'dev 1', since_ms: 1700, reason: 'drift' });
  expect(filterOf(Object.fromEntries(new URL(href, 'http://x').searchParams))).toMatchObject({
    model: 'fruit',
    device: 'dev 1',
    since_ms: 1700,
    reason: 'drift',
  });
  expect(samplesHref({})).toBe('/samples');
});
it('names devices and samples in the address, as many as the server takes', () => {
  const read = (href: string) => filterOf(Object.fromEntries(new URL(href, 'http://x').searchParams));
  expect(read(samplesHref({ devices: ['dev_1', 'dev_2'], ids: [7, 8, 9] }))).toMatchObject({ devices: 'dev_1,dev_2', ids: '7,8,9' });
  expect([countOf(undefined), countOf('7,8,9')]).toEqual([0, 3]);
  const many = read(samplesHref({ devices: Array.from({ length: 500 }, (_, i) => `dev_${i}`), ids: Array.from({ length: 500 }, (_, i) => i) }));
  expect([countOf(many.devices), countOf(many.ids)]).toEqual([100, 200]);
});
