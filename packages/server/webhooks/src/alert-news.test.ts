import { describe, expect, it } from 'vitest';
import { type AlertShown, bodyFor } from './alert-news.ts';

const affected = (i: number) => ({ id: `dev_${i}`, name: `edge-${i}`, since_ms: 0, cleared_ms: null, said: null, fired_ms: null, features: Array.from({ length: 50 }, (_, k) => ({ name: `f${k}`, distance: 1, p_value: 0 })) }); // prettier-ignore
const alert: AlertShown = {
  id: 'alert_1',
  key: 'k',
  state: 'firing',
  title: 'eyes sees other inputs',
  cause: `${'a'.repeat(2_898)}<&😀${'<😀'.repeat(100_000)}`,
  suggestion: 'Look.',
  monitor: 'm',
  origin: 'windows',
  feature: null,
  model: 'eyes',
  model_version: 1,
  since_ms: 0,
  updated_ms: 0,
  resolved_ms: null,
  resolved_reason: null,
  acknowledged: null,
  silenced: null,
  onset_ms: null,
  fault: 'shape',
  features: [],
  cohort: null,
  devices: Array.from({ length: 10_000 }, (_, i) => affected(i)),
};
const bodyOf = (kind: 'webhook' | 'slack' | 'email', cause = alert.cause) => bodyFor(kind, { event: 'alert.opened', at_ms: 0, alert: { ...alert, cause }, link: 'https://edge.example/alerts/alert_1' }); // prettier-ignore

describe('news of an alert of a whole fleet', () => {
  it('stay small in every kind, and say how many devices there are', () => {
    for (const kind of ['webhook', 'slack', 'email'] as const) expect(bodyOf(kind).length).toBeLessThan(40_000);
    const { data } = JSON.parse(bodyOf('webhook')) as { data: { device_count: number; devices: unknown[] } };
    expect([data.device_count, data.devices.length]).toEqual([10_000, 100]);
    expect(bodyOf('email')).toContain('and 9980 more');
  });

  it('are cut between characters and escapes', () => {
    for (let before = 2_880; before < 2_905; before++) {
      const { blocks } = JSON.parse(bodyOf('slack', `${'a'.repeat(before)}${'<😀&'.repeat(100)}`)) as { blocks: { text: { text: string } }[] };
      const said = blocks[1]!.text.text;
      expect(said.length).toBeLessThanOrEqual(3_000);
      expect(said.isWellFormed()).toBe(true);
      expect(said.replaceAll(/&(lt|gt|amp);/g, '')).not.toContain('&');
    }
    const { text } = JSON.parse(bodyOf('email')) as { text: string };
    expect(text.isWellFormed()).toBe(true);
  });
});
