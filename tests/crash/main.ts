// tests/crash: `npm run test:crash -- --kills N --seed S`. One round without a kill, and beside it, in a house of its own, rounds under the killer until
// it has killed N times; both must end settled, in the same state, and the books must be right.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { generator } from '../../examples/digits/src/random.ts';
import { embeddedConnection } from '../load/product.ts';
import { addWitness, readBooks } from './books.ts';
import type { Entry } from './entry.ts';
import { type House, closeHouse, openHouse, programsOf } from './house.ts';
import { Killer } from './killer.ts';
import { type EndState, Loop, ask, settled } from './loop.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '100' }, seed: { type: 'string' }, keep: { type: 'boolean', default: false } } });
const kills = Number(values.kills);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
/** A lost worker is noticed when its lease of 30 s runs out; a round may lose several. */
const round_s_max = 600;
const quiet_s_max = 120;

interface Outcome {
  readonly state: EndState;
  readonly entries: readonly Entry[];
}

async function run(folder: string, kills_wanted: number): Promise<Outcome> {
  const house = await openHouse(folder);
  try {
    const connection = await embeddedConnection(house.server.folder);
    await addWitness(connection);
    const loop = new Loop(house);
    await loop.begin();
    const killer = new Killer(house, generator(seed));
    const killing = (async () => {
      while (killer.total < kills_wanted) await killer.strike();
    })();
    do await Promise.race([loop.round(round_s_max), killing.then(() => sleep(round_s_max * 1000))]);
    while (killer.total < kills_wanted);
    await killing;
    const state = await untilQuiet(house, loop);
    const alone = [
      ...killer.ended_alone,
      ...programsOf(house)
        .filter((p) => !p.running)
        .map((p) => `${p.name}: ${p.said.slice(-1500)}`),
    ];
    for (const text of alone) console.error(`ended by itself: ${text}`);
    await Promise.all([house.worker.stop(), ...house.devices.map((d) => d.agent.stop())]);
    const entries = await readBooks(connection, house.devices, killer.seen_outboxes);
    const told: Entry[] = [
      { what: 'rounds', value: loop.rounds },
      ...[...killer.kills].map(([name, value]) => ({ what: `kills of ${name}`, value })),
      { what: 'processes that ended by themselves', value: alone.length, must_be: 0 },
    ];
    return { state, entries: [...told, ...entries] };
  } finally {
    await closeHouse(house);
  }
}

/** Where one fails, the other still comes to its end, and leaves no process behind. */
async function bothOf<T>(one: Promise<T>, other: Promise<T>): Promise<[T, T]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}

/** After the last round: every outbox is sent, every label is taken, and nothing moves any more. */
async function untilQuiet(house: House, loop: Loop): Promise<EndState> {
  const end_ms = performance.now() + quiet_s_max * 1000;
  for (;;) {
    const state = await loop.state();
    const { devices } = await ask(() => house.client.call('deviceList', {}));
    const shown = await Promise.all(devices.map(({ id }) => ask(() => house.client.call('deviceShow', { params: { id } }))));
    const behind = shown.filter((d) => d.state !== 'online' || (d.outbox?.records ?? 1) > 20 || d.label_feed.waiting > 0);
    if (behind.length === 0 && state.alerts_open + state.executions_running + state.rollouts_open === 0) return state;
    if (performance.now() > end_ms) return state;
    await sleep(500);
  }
}

function tell(title: string, { state, entries }: Outcome): boolean {
  console.log(`\n${title}`);
  for (const { what, value, must_be } of entries) {
    const bad = must_be !== undefined && value !== must_be;
    console.log(`${bad ? 'BAD' : 'ok '}  ${what.padEnd(58)} ${String(value).padStart(8)}${must_be === undefined ? '' : `   must be ${must_be}`}`);
  }
  console.log(`     it ends at ${JSON.stringify(state)}`);
  return entries.every((entry) => entry.must_be === undefined || entry.value === entry.must_be);
}

const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-crash-'));
let good = false;
try {
  console.log(`seed ${seed}, ${kills} kills`);
  const [reference, killed] = await bothOf(run(await mkdtemp(path.join(folder, 'calm-')), 0), run(await mkdtemp(path.join(folder, 'killed-')), kills));
  const calm = tell('Without a kill', reference);
  const right = tell(`Under ${kills} kills (seed ${seed})`, killed);
  const same = [reference, killed].every(({ state }) => isDeepStrictEqual(state, settled));
  if (!same) console.error(`BAD  both runs must end at ${JSON.stringify(settled)}`);
  good = calm && right && same;
} catch (error) {
  console.error((error as Error).stack);
  for (const text of await serverLogs(folder)) console.error(text);
} finally {
  if (!values.keep) await rm(folder, { recursive: true, force: true });
  console.log(good ? `passed: the loop held (seed ${seed})` : `failed (seed ${seed})${values.keep ? `, kept in ${folder}` : ''}`);
}
process.exit(good ? 0 : 1);

/** The end of the log of the server, of each run. */
async function serverLogs(parent: string): Promise<string[]> {
  const runs = await readdir(parent);
  return Promise.all(
    runs.map(async (name) => `${name}: ${(await readFile(path.join(parent, name, 'server.log'), 'utf8').catch(() => 'no log')).slice(-3000)}`),
  ); // it had not begun
}
