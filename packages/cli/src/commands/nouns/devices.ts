// device: the fleet from the command line.
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import type { DeviceView } from '@holdfast/protocol/rest';
import type { Client } from '@holdfast/client';
import { printDone, printOne, printRows, time } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { anyNumber, verb, wholeNumber } from '../../verb.ts';

const page = 1000;
/** One a minute: what a person can look at. */
const quarantine_an_hour = 60;

export function addDevices(program: Command): void {
  const noun = program.command('device').description('devices of the fleet');
  verb(noun, 'ls', 'list devices by name', 'device ls --selector site=north').option('--selector <labels>', 'key=value[,key=value]').action(list);
  verb(noun, 'show <device>', 'one device, by id or name', 'device show press-1').action(async (id: string, _o: object, command: Command) =>
    printOne(await clientOf(command).call('deviceShow', { params: { id } }), outputOf(command)),
  );
  verb(noun, 'timeline <device>', 'metrics, drift and events of the last hours, one line a metric', 'device timeline press-1 --hours 6')
    .option('--hours <n>', 'how far back', wholeNumber(1, 8_760), 1)
    .action(timeline);
  verb(noun, 'rename <device> <name>', 'give a device another name', 'device rename press-1 press-north-1').action(
    async (id: string, name: string, _o: object, command: Command) =>
      show(await clientOf(command).call('devicePatch', { params: { id }, body: { name } }), command),
  );
  verb(noun, 'labels <device> [label...]', 'set labels by key=value, take one away by key=', 'device labels press-1 site=north old=').action(setLabels);
  verb(noun, 'capture <device...>', 'how much devices keep and send; what is not given stays', 'device capture press-1 --predictions-every 1')
    .option('--predictions-every <n>', 'one prediction in so many is sent, for truths that come later; 0: none', wholeNumber())
    .option('--sample-every <n>', 'one image in so many is kept; 0: none', wholeNumber())
    .option('--sample-every-drifted <n>', 'the same while it looks drifted', wholeNumber())
    .option('--quarantine-below <confidence>', 'inferences less sure than this are kept for people to look at; 0: none', anyNumber(0, 1))
    .option('--quarantine-an-hour <n>', 'at most so many of them an hour (60 where nothing is given)', wholeNumber(1, 100_000))
    .option('--window-inferences <n>', 'inferences in one window', wholeNumber(10, 1_000_000))
    .option('--poll-ms <n>', 'how often it syncs', wholeNumber(100, 86_400_000))
    .action(setCapture);
  verb(noun, 'rm <device>', 'remove a device: it is cut off within a minute', 'device rm press-1').action(async (id: string, _o: object, command: Command) => {
    await clientOf(command).call('deviceRemove', { params: { id } });
    printDone(`removed ${id}`, { device: id, removed: true }, outputOf(command));
  });
}

interface CaptureOptions {
  readonly predictionsEvery?: number;
  readonly sampleEvery?: number;
  readonly sampleEveryDrifted?: number;
  readonly quarantineBelow?: number;
  readonly quarantineAnHour?: number;
  readonly windowInferences?: number;
  readonly pollMs?: number;
}

async function setCapture(ids: readonly string[], options: CaptureOptions, command: Command): Promise<void> {
  const { predictionsEvery: predictions_every, sampleEvery: sample_every, sampleEveryDrifted: sample_every_drifted } = options;
  const { windowInferences: window_inferences, pollMs: poll_ms } = options;
  const body = { predictions_every, sample_every, sample_every_drifted, quarantine: quarantineOf(options), window_inferences, poll_ms };
  const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
  for (const id of ids) await clientOf(command).call('deviceCapture', { params: { id }, body: given });
  printDone(`set ${ids.join(', ')}`, { devices: ids, ...given }, outputOf(command));
}

/** Null takes the rule away; undefined leaves it as it is. */
function quarantineOf({ quarantineBelow: confidence_below, quarantineAnHour: an_hour_max = quarantine_an_hour }: CaptureOptions) {
  if (confidence_below !== undefined) return confidence_below === 0 ? null : { confidence_below, an_hour_max };
  if (an_hour_max === quarantine_an_hour) return undefined;
  throw failure('HF-CLI-008', { saw: '--quarantine-an-hour alone', expected: '--quarantine-below beside it', help: 'device capture --help' });
}

async function everyDevice(client: Client, selector: string | undefined): Promise<DeviceView[]> {
  const found: DeviceView[] = [];
  for (let after: string | undefined; ;) {
    const { devices, next } = await client.call('deviceList', { query: { selector, after, limit: page } });
    found.push(...devices);
    if (next === null) return found;
    after = next;
  }
}

async function list(options: { selector?: string }, command: Command): Promise<void> {
  const found = await everyDevice(clientOf(command), options.selector);
  const rows = found.map((d) => ({
    ...d,
    version: d.current ? `${d.current.model}@${d.current.model_version}` : null,
    drifted_features: [...new Set(d.drifted.map((one) => one.feature))],
    seen: time(d.last_seen_ms),
  }));
  printRows(rows, ['id', 'name', 'state', 'version', 'drifted_features', 'seen'], outputOf(command));
}

const show = ({ id, name, labels }: DeviceView, command: Command): void => printOne({ id, name, labels }, outputOf(command));

async function timeline(id: string, { hours }: { hours: number }, command: Command): Promise<void> {
  const to_ms = Date.now();
  const found = await clientOf(command).call('deviceTimeline', { params: { id }, query: { from_ms: to_ms - hours * 3_600_000, to_ms } });
  const output = outputOf(command);
  if (output.json) return printOne(found, output);
  const last = (values: readonly (number | null)[]) => values.findLast((v) => v !== null) ?? null;
  const metrics = found.series.map((s) => ({ what: s.metric, points: s.points, last: last(s.mean), at: time(s.times_ms.at(-1)) }));
  const drift = found.drift.map((d) => ({ what: `drift of ${d.feature}`, points: d.at_ms.length, last: last(d.distance), at: time(d.at_ms.at(-1)) }));
  const marks = found.marks.map((m) => ({ what: m.text, points: null, last: null, at: time(m.at_ms) }));
  return printRows([...metrics, ...drift, ...marks], ['what', 'points', 'last', 'at'], output);
}

async function setLabels(id: string, words: readonly string[], _options: object, command: Command): Promise<void> {
  const client = clientOf(command);
  const given = Object.fromEntries(words.map((word) => pairOf(word)));
  const known = (await client.call('deviceShow', { params: { id } })).labels;
  if (words.length === 0) return printOne(known, outputOf(command));
  const labels = Object.fromEntries(Object.entries({ ...known, ...given }).filter(([, value]) => value !== ''));
  return show(await client.call('devicePatch', { params: { id }, body: { labels } }), command);
}

function pairOf(word: string): [string, string] {
  const match = /^([A-Za-z0-9._-]{1,63})=(.{0,200})$/.exec(word);
  if (match) return [match[1]!, match[2]!];
  throw failure('HF-CLI-006', { option: 'label', saw: JSON.stringify(word), expected: 'a name, "=", and a value', command: 'device labels' });
}
