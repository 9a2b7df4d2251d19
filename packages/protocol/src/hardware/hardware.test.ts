import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cleanFact, factTags } from './facts.ts';
import { readHardware } from './machine.ts';
import type { Machine } from './port.ts';
import { hardwareOfRun, saysHardware } from './of-run.ts';
import { thermalOf } from './thermal.ts';

interface Recorded {
  readonly name: string;
  readonly platform: string;
  readonly architecture: string;
  readonly files: Readonly<Record<string, string>>;
  readonly commands: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, string>>;
}
const golden = JSON.parse(readFileSync(new URL('../../golden/hardware.json', import.meta.url), 'utf8')) as { machines: Recorded[] };

const filesOf = (files: Recorded['files']) => ({
  readText: (path: string) => files[path] ?? '',
  list: (folder: string) => [
    ...new Set(
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split('/')[0]!),
    ),
  ],
});
const machineOf = ({ platform, architecture, files, commands }: Recorded): Machine => ({
  platform,
  architecture,
  ...filesOf(files),
  run: async (command) => commands[command.join(' ')] ?? commands[command[0]!] ?? '',
});

describe('the facts of a machine', () => {
  it.each(golden.machines.map((one) => [one.name, one] as const))('are read from %s', async (_, one) => {
    expect(await readHardware(machineOf(one))).toEqual(one.facts);
  });
  it('are tags of a run, and come back from them', async () => {
    for (const { facts } of golden.machines) {
      expect(hardwareOfRun(Object.entries(factTags(facts)))).toEqual(facts);
      expect(Object.keys(factTags(facts)).every(saysHardware)).toBe(true);
    }
  });
});

describe('a thermal zone', () => {
  const zone = (temp: number, trips: Record<string, number>) =>
    thermalOf(
      filesOf({
        '/sys/class/thermal/thermal_zone0/temp': `${temp}\n`,
        ...Object.fromEntries(
          Object.entries(trips).flatMap(([type, at], i) => [
            [`/sys/class/thermal/thermal_zone0/trip_point_${i}_type`, `${type}\n`],
            [`/sys/class/thermal/thermal_zone0/trip_point_${i}_temp`, `${at}\n`],
          ]),
        ),
      }),
    );
  it.each([
    [60_000, { passive: 80_000, critical: 100_000 }, 'nominal'],
    [70_000, { passive: 80_000, critical: 100_000 }, 'fair'],
    [80_000, { passive: 80_000, critical: 100_000 }, 'serious'],
    [100_000, { passive: 80_000, critical: 100_000 }, 'critical'],
    [95_000, { hot: 90_000, critical: 100_000 }, 'critical'],
    [95_000, { critical: 100_000 }, undefined],
    [105_000, { critical: 100_000 }, 'critical'],
    [60_000, { passive: -273_000 }, undefined],
  ])('at %i m°C with the trip points %j is %s', (temp, trips, state) => {
    expect(zone(temp, trips).thermal_state).toBe(state);
    expect(zone(temp, trips).temperature_c).toBe(temp / 1000);
  });
});

describe('the facts of a run', () => {
  it('come from names that clients log, where no tag says them', () => {
    const logged = [
      ['memory_total_gb', '16.0'],
      ['apple_silicon/cpu_count', '10'],
      ['performance_cores', '8.0'],
      ['efficiency_cores', '2'],
      ['mps_available', 'True'],
      ['thermal_state', '2'],
      ['loss', '0.1'],
    ] as const;
    expect(hardwareOfRun(logged)).toEqual({
      ...{ memory_bytes: '17179869184', cores: '10', cores_performance: '8', cores_efficiency: '2' },
      ...{ accelerator: 'apple-silicon', thermal_state: 'serious' },
    });
    expect(hardwareOfRun([...logged, ['hardware.cores', '12'], ['hardware.thermal_state', 'nominal']])).toMatchObject({
      cores: '12',
      thermal_state: 'nominal',
    });
  });
  it("count the accelerators that MLflow's own metrics speak of, and do not name them", () => {
    expect(
      hardwareOfRun([
        ['system/gpu_0_utilization_percentage', '80'],
        ['system/gpu_1_memory_usage_megabytes', '900'],
      ]),
    ).toEqual({ accelerator_count: '2' });
  });
  it('are absent where nothing says them, or says what is none of their kind', () => {
    const odd = [
      ['mps_available', 'false'],
      ['memory_total_gb', 'much'],
      ['cpu_count', '-2'],
      ['thermal_state', 'lukewarm'],
      ['hardware.cores', 'many'],
      ['hardware.accelerator', 'abacus'],
      ['hardware.colour', 'red'],
      ['hardware.__proto__', 'x'],
      ['constructor', 'x'],
    ] as const;
    expect(hardwareOfRun(odd)).toEqual({});
    expect(saysHardware('constructor')).toBe(false);
    expect(saysHardware('loss')).toBe(false);
    expect(saysHardware('system/gpu_0_power_usage_watts')).toBe(true);
  });
  it('take the earlier of two pairs, and the good one of two', () => {
    expect(
      hardwareOfRun([
        ['cpu_count', '4'],
        ['x.cpu_count', '8'],
      ]),
    ).toEqual({ cores: '4' });
    expect(
      hardwareOfRun([
        ['hardware.cores', 'many'],
        ['cpu_count', '8'],
      ]),
    ).toEqual({ cores: '8' });
  });
});

it('keeps a value only where it is one of its kind', () => {
  expect([cleanFact('cores', '4.0'), cleanFact('cores', '4.5'), cleanFact('temperature_c', '-3.5'), cleanFact('processor', ' a\0 ')]).toEqual([
    '4',
    undefined,
    '-3.5',
    'a',
  ]);
  expect(cleanFact('processor', 'x'.repeat(251))).toBeUndefined();
});
