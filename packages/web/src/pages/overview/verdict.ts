// web/overview: "is anything wrong?" in one sentence, from counted numbers alone. Pure.
import { agoText, countText } from '../../parts/format.ts';
import type { Tone } from '../../parts/glyph.tsx';
import type { Alert, Overview } from './queries.ts';

export interface Verdict {
  readonly tone: Tone;
  readonly text: string;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const are = (n: number): string => (n === 1 ? 'is' : 'are');

export function verdictOf(overview: Overview, alerts: readonly Alert[] | undefined, now_ms: number): Verdict {
  const { devices } = overview;
  if (devices.total === 0) return { tone: 'idle', text: 'No device has joined yet.' };
  const parts = [driftPart(overview), illPart(overview), alertPart(overview.alerts_firing, alerts, now_ms), stalePart(devices), workPart(overview)].filter(
    (part) => part !== '',
  );
  const wrong = devices.drifted > 0 || devices.ill > 0 || overview.alerts_firing > 0;
  const troubled = wrong || devices.stale > 0;
  if (!troubled)
    return {
      tone: 'ok',
      text: [`Nothing is wrong: ${onlineText(devices)}`, workPart(overview)]
        .filter((part) => part !== '')
        .join('; ')
        .concat('.'),
    };
  return { tone: wrong ? 'warn' : 'idle', text: capital(`${parts.join('; ')}.`) };
}

function onlineText({ total, online, waiting }: Overview['devices']): string {
  const all =
    online === total
      ? total === 1
        ? 'the device is online'
        : `all ${total} devices are online`
      : `${online} of ${countText(total, 'device')} ${are(online)} online`;
  return waiting > 0 ? `${all}, ${waiting} ${are(waiting)} waiting for the first sync` : all;
}

const driftPart = ({ devices }: Overview): string =>
  devices.drifted > 0 ? `${devices.drifted} of ${countText(devices.total, 'device')} ${are(devices.drifted)} drifted` : '';

/** One is named with what is wrong; of several the number is said, and the list shows them. */
function illPart({ devices, ill }: Overview): string {
  if (devices.ill === 0) return '';
  return devices.ill === 1 && ill[0] ? `device ${ill[0].name} is ill: ${ill[0].text}` : `${devices.ill} of ${countText(devices.total, 'device')} are ill`;
}

function alertPart(count: number, alerts: readonly Alert[] | undefined, now_ms: number): string {
  if (count === 0) return '';
  const oldest = alerts && alerts.length > 0 ? Math.min(...alerts.map((alert) => alert.since_ms)) : null;
  const since =
    oldest === null
      ? ''
      : count === 1
        ? `, for ${agoText(oldest, now_ms).replace(' ago', '')}`
        : `, the oldest for ${agoText(oldest, now_ms).replace(' ago', '')}`;
  return `${count === 1 ? 'an alert is' : `${count} alerts are`} open${since.replace('for now', 'since now')}`;
}

const stalePart = ({ stale, total }: Overview['devices']): string =>
  stale > 0 ? `${stale} of ${countText(total, 'device')} ${stale === 1 ? 'has' : 'have'} not been seen for three polls` : '';

function workPart({ executions_running, rollouts_running, devices }: Overview): string {
  const work = [
    executions_running > 0 ? `${countText(executions_running, 'execution')} ${executions_running === 1 ? 'runs' : 'run'}` : '',
    rollouts_running > 0 ? `${countText(rollouts_running, 'rollout')} ${are(rollouts_running)} under way` : '',
    devices.updating > 0 ? `${countText(devices.updating, 'device')} ${devices.updating === 1 ? 'updates' : 'update'}` : '',
  ];
  return work.filter((part) => part !== '').join(' and ');
}
