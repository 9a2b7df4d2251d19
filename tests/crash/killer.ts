// tests/crash: the killer. At a random moment it sends SIGKILL to the server, the worker or an agent, at times to PostgreSQL too, and starts
// again what it killed. It does not wait for what it started, so that a kill may strike in the middle of a recovery.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Program } from '../load/program.ts';
import type { House } from './house.ts';
import { type SeenOutbox, seeOutbox } from './outbox.ts';

/** Server twice as often as anybody else: most hand-offs are its own. */
const share_of_server = 0.4;
const share_of_worker = 0.25;
/** Of the kills of the server; in the others its PostgreSQL is left an orphan, which the next start has to deal with. */
const share_with_postgres = 0.3;
/** Most gaps are short, so that kills strike recoveries; some are long, so that the loop comes round under fire, and each of its arrows is struck. */
const gap_ms_min = 300;
const gap_ms_range = 12_000;

type Random = () => number;
const between = (random: Random, from: number, to: number): number => from + random() * (to - from);

export class Killer {
  readonly #house: House;
  readonly #random: Random;
  readonly kills = new Map<string, number>();
  readonly seen_outboxes: SeenOutbox[] = [];
  /** Programs that ended although nobody killed them; each is a finding. */
  readonly ended_alone: string[] = [];
  total = 0;

  constructor(house: House, random: Random) {
    this.#house = house;
    this.#random = random;
  }

  async strike(): Promise<void> {
    await sleep(gap_ms_min + this.#random() ** 2 * gap_ms_range);
    const victim = this.#choose();
    const with_postgres = victim === this.#house.server && this.#random() < share_with_postgres;
    if (!victim.running) this.#foundEnded(victim);
    const postmaster = with_postgres ? await this.#postmaster() : null;
    await victim.kill();
    if (postmaster !== null) killPid(postmaster);
    const name = postmaster === null ? victim.name : 'server and its PostgreSQL';
    this.kills.set(name, (this.kills.get(name) ?? 0) + 1);
    this.total++;
    await this.#noteOutbox(victim);
    await sleep(between(this.#random, 0, 1_200));
    victim.start();
  }

  #choose(): Program {
    const { server, worker, devices } = this.#house;
    const draw = this.#random();
    if (draw < share_of_server) return server;
    if (draw < share_of_server + share_of_worker) return worker;
    return devices[Math.floor(this.#random() * devices.length)]!.agent;
  }

  #foundEnded(program: Program): void {
    this.ended_alone.push(`${program.name}: ${program.said.slice(-1500)}`);
  }

  async #postmaster(): Promise<number | null> {
    try {
      return Number((await readFile(path.join(this.#house.server.folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null; // it was not up yet
      throw error;
    }
  }

  async #noteOutbox(victim: Program): Promise<void> {
    const device = this.#house.devices.find((d) => d.agent === victim);
    if (device) this.seen_outboxes.push(await seeOutbox(device));
  }
}

function killPid(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it ended with its server: as good
  }
}
