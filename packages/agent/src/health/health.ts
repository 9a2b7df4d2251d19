// agent/health: the state of the machine, from /proc and /sys alone. What the machine does not tell is null or NaN, never a guess.

import { readFileSync, readdirSync } from 'node:fs';
import * as fs from 'node:fs';
import type { HealthReport } from '@holdfast/protocol';
import { thermalOf } from '@holdfast/protocol/hardware';

export interface HealthRoots {
  readonly proc?: string | undefined;
  readonly sys?: string | undefined;
}

export class Health {
  readonly #proc: string;
  readonly #sys: string;
  readonly #folder: string;
  #cpu = { busy: 0, total: 0 };
  /** The zones of this machine, with its own place for /sys. */
  readonly #machine = {
    readText: (path: string) => this.#read(this.#sys + path.slice(4)),
    list: (path: string) => listed(this.#sys + path.slice(4)),
  };

  constructor(folder: string, roots: HealthRoots = {}) {
    this.#folder = folder;
    this.#proc = roots.proc ?? '/proc';
    this.#sys = roots.sys ?? '/sys';
    this.#cpu = this.#cpuTimes();
  }

  report(): HealthReport {
    const memory = parseMemory(this.#read(`${this.#proc}/meminfo`));
    const disk = diskOf(this.#folder);
    const { temperature_c, thermal_state } = thermalOf(this.#machine);
    return {
      uptime_s: Number(this.#read(`${this.#proc}/uptime`).split(' ')[0]) || 0,
      load_1m: Number(this.#read(`${this.#proc}/loadavg`).split(' ')[0]) || 0,
      memory_total_bytes: memory.total,
      memory_available_bytes: memory.available,
      disk_total_bytes: disk?.total ?? 0,
      disk_free_bytes: disk?.free ?? 0,
      agent_rss_bytes: residentBytes(this.#read(`${this.#proc}/self/status`)),
      temperature_c: temperature_c ?? null,
      thermal_state: thermal_state ?? null,
    };
  }

  /** Share of all processors that was busy since the last call, 0 to 1; NaN where /proc/stat has not moved. */
  cpuShare(): number {
    const now = this.#cpuTimes();
    const share = (now.busy - this.#cpu.busy) / (now.total - this.#cpu.total);
    this.#cpu = now;
    return share;
  }

  /** The line `cpu` of proc_stat(5): user nice system idle iowait …; busy is all but idle and iowait. */
  #cpuTimes(): { busy: number; total: number } {
    const line = this.#read(`${this.#proc}/stat`).split('\n', 1)[0] ?? '';
    const times = line.trim().split(/\s+/).slice(1, 9).map(Number);
    const total = times.reduce((sum, time) => sum + time, 0);
    return { busy: total - (times[3] ?? 0) - (times[4] ?? 0), total };
  }

  #read(path: string): string {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return ''; // Not told by this machine; each reader has a value for that.
    }
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // A machine without thermal zones.
  }
}

function parseMemory(text: string): { total: number; available: number } {
  const kilobytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return { total: kilobytes('MemTotal'), available: kilobytes('MemAvailable') };
}

function residentBytes(status: string): number {
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}

/** Size of the file system of a folder; null where the runtime cannot tell (statfs came with Node 18.15). */
export function diskOf(folder: string): { total: number; free: number } | null {
  if (typeof fs.statfsSync !== 'function') return null;
  const status = fs.statfsSync(folder);
  return { total: status.blocks * status.bsize, free: status.bavail * status.bsize };
}
