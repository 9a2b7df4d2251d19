import { describe, expect, it } from 'vitest';
import type { Alert, Overview } from './queries.ts';
import { verdictOf } from './verdict.ts';

const now_ms = 10_000_000;
const overview = (devices: Partial<Overview['devices']>, rest: Partial<Overview> = {}): Overview => ({
  server_ms: now_ms,
  devices: { total: 4, online: 4, stale: 0, waiting: 0, drifted: 0, ill: 0, updating: 0, ...devices },
  ill: [],
  versions: [],
  alerts_firing: 0,
  rollouts_running: 0,
  executions_running: 0,
  strip: { bucket_ms: 900_000, buckets: [] },
  activity: [],
  ...rest,
});
const alerts = [{ since_ms: now_ms - 120_000 }, { since_ms: now_ms - 600_000 }] as unknown as Alert[];

describe('the verdict', () => {
  it('says that nothing is wrong only where every number says so', () => {
    expect(verdictOf(overview({}), [], now_ms)).toEqual({ tone: 'ok', text: 'Nothing is wrong: all 4 devices are online.' });
    expect(verdictOf(overview({ online: 3, waiting: 1 }), [], now_ms).text).toBe(
      'Nothing is wrong: 3 of 4 devices are online, 1 is waiting for the first sync.',
    );
  });
  it('is never green where a device is stale', () => {
    expect(verdictOf(overview({ online: 3, stale: 1 }), [], now_ms)).toEqual({ tone: 'idle', text: '1 of 4 devices has not been seen for three polls.' });
  });
  it('names drift, alerts with the age of the oldest, and what is under way', () => {
    const seen = overview({ drifted: 2, updating: 1 }, { alerts_firing: 2, executions_running: 1, rollouts_running: 1 });
    expect(verdictOf(seen, alerts, now_ms)).toEqual({
      tone: 'warn',
      text: '2 of 4 devices are drifted; 2 alerts are open, the oldest for 10 min; 1 execution runs and 1 rollout is under way and 1 device updates.',
    });
  });
  it('is never green where a device is ill, and names the only one', () => {
    const ill = [{ device: 'dev_1', name: 'edge-1', text: 'its disk is full: 0 of 8 bytes are free' }];
    expect(verdictOf(overview({ ill: 1 }, { ill }), [], now_ms)).toEqual({
      tone: 'warn',
      text: 'Device edge-1 is ill: its disk is full: 0 of 8 bytes are free.',
    });
    expect(verdictOf(overview({ ill: 2 }, { ill: [...ill, ...ill] }), [], now_ms).text).toBe('2 of 4 devices are ill.');
  });
  it('does not guess an age before the alerts are known', () => {
    expect(verdictOf(overview({}, { alerts_firing: 1 }), undefined, now_ms).text).toBe('An alert is open.');
  });
  it('says that no device has joined', () => {
    expect(verdictOf(overview({ total: 0, online: 0 }), [], now_ms)).toEqual({ tone: 'idle', text: 'No device has joined yet.' });
  });
});
