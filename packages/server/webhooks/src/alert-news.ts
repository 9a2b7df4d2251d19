// webhooks: what happened to an alert, in the words of each kind of channel. Each is made once: every try sends the same bytes.
import type { Alerts } from '@holdfast/alerts';
import type { Letter } from './mail.ts';
import type { AlertEvent, ChannelKind } from './types.ts';

/** An alert as people are shown it. */
export type AlertShown = Awaited<ReturnType<Alerts['alert']>>;

export interface AlertNews {
  readonly event: AlertEvent;
  readonly at_ms: number;
  readonly alert: AlertShown;
  /** The page of the alert. */
  readonly link: string;
}

const devices_named_max = 20;
/** An alert of a whole fleet says a sentence a device: a message says how it begins, and the page of the alert the rest. */
const cause_chars_max = 4_000;
const devices_listed_max = 100;
const features_listed_max = 20;
/** Slack refuses a message with a section of more than 3,000 characters. */
const section_chars_max = 2_900;

const words: Readonly<Record<AlertEvent, string>> = { 'alert.opened': 'Firing', 'alert.device_joined': 'Grown', 'alert.resolved': 'Resolved' };

export function bodyFor(kind: ChannelKind, news: AlertNews): string {
  return JSON.stringify({ webhook: callOf, slack: slackOf, email: letterOf }[kind](news));
}

/** In the form of the Standard Webhooks: type, timestamp, data. */
function callOf({ event, at_ms, alert, link }: AlertNews) {
  const { id, state, title, cause, suggestion, monitor, model, model_version, since_ms, resolved_ms, resolved_reason } = alert;
  const devices = alert.devices.slice(0, devices_listed_max).map(({ id: device, name, cleared_ms, features }) => ({
    id: device,
    name,
    cleared: cleared_ms !== null,
    features: features.slice(0, features_listed_max).map((feature) => feature.name),
  }));
  const affected = { cause: cut(cause, cause_chars_max), device_count: alert.devices.length, devices };
  const times = { since: iso(since_ms), resolved: resolved_ms === null ? null : iso(resolved_ms), resolved_reason };
  return {
    type: event,
    timestamp: iso(at_ms),
    data: { id, state, title, suggestion, monitor, model, model_version, ...times, link, ...affected },
  };
}

function letterOf(news: AlertNews): Letter {
  const { event, alert, link } = news;
  const facts = factsOf(alert).map(([name, value]) => `${name}: ${value}`);
  return {
    subject: `[Holdfast] ${words[event]}: ${alert.title}`.slice(0, 200),
    text: [
      alert.title,
      '',
      cut(alert.cause, cause_chars_max),
      '',
      ...(event === 'alert.resolved' ? [] : [`What to do: ${alert.suggestion}`, '']),
      ...facts,
      '',
      link,
      '',
    ].join('\n'),
  };
}

/** As Slack's incoming webhooks take it, and Mattermost's and Rocket.Chat's: a text, and blocks for who can show them. */
function slackOf({ event, alert, link }: AlertNews) {
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text: cut(text, section_chars_max).replace(/&[a-z]{0,3}…$/, '…') } }); // no half of an escape
  const facts = factsOf(alert).map(([name, value]) => `*${name}:* ${escaped(value)}`);
  const said = event === 'alert.resolved' ? [] : [section(escaped(alert.cause)), section(`*What to do:* ${escaped(alert.suggestion)}`)];
  return {
    text: `${words[event]}: ${escaped(alert.title)} ${link}`,
    blocks: [section(`*${words[event]}: <${link}|${escaped(alert.title)}>*`), ...said, section(facts.join('\n'))],
  };
}

function factsOf(alert: AlertShown): (readonly [string, string])[] {
  const named = alert.devices.slice(0, devices_named_max).map(({ name }) => name);
  const more = alert.devices.length - named.length;
  return [
    ['Model', `${alert.model}, version ${alert.model_version}`],
    ['Devices', `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`],
    ['Since', iso(alert.since_ms)],
    ...(alert.resolved_ms === null ? [] : [['Resolved', `${iso(alert.resolved_ms)}${alert.resolved_reason ? `, ${alert.resolved_reason}` : ''}`] as const]),
    ['Monitor', alert.monitor],
  ];
}

/** No half of a character. */
const cut = (text: string, chars_max: number): string => (text.length <= chars_max ? text : `${text.slice(0, chars_max - 1).replace(/[\uD800-\uDBFF]$/, '')}…`);
const iso = (at_ms: number): string => new Date(at_ms).toISOString();
/** Slack reads these three as markup: https://docs.slack.dev/messaging/formatting-message-text */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
