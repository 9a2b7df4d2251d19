import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../../test/support.ts';
import { Health } from './health.ts';

const folderOf = temporaryFolders();

function tree(files: Readonly<Record<string, string>>): string {
  const root = folderOf();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

describe('health', () => {
  it('reads what /proc and /sys tell', () => {
    const root = tree({
      'proc/meminfo': 'MemTotal:        1000 kB\nMemFree:  10 kB\nMemAvailable:     400 kB\n',
      'proc/loadavg': '0.25 0.10 0.05 1/100 1234\n',
      'proc/uptime': '321.50 100.00\n',
      'proc/self/status': 'Name:\tnode\nVmRSS:\t   51200 kB\n',
      'proc/stat': 'cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 1 1 1\n',
      'sys/class/thermal/thermal_zone0/temp': '41500\n',
      'sys/class/thermal/thermal_zone1/temp': '55250\n',
      'sys/class/thermal/thermal_zone1/trip_point_0_type': 'passive\n',
      'sys/class/thermal/thermal_zone1/trip_point_0_temp': '60000\n',
      'sys/class/thermal/cooling_device0/temp': '99000\n',
    });
    const health = new Health(root, { proc: join(root, 'proc'), sys: join(root, 'sys') });
    expect(health.report()).toMatchObject({
      uptime_s: 321.5,
      load_1m: 0.25,
      memory_total_bytes: 1_024_000,
      memory_available_bytes: 409_600,
      agent_rss_bytes: 52_428_800,
      temperature_c: 55.25,
      thermal_state: 'fair',
    });
    expect(health.report().disk_free_bytes).toBeGreaterThan(0);
    writeFileSync(join(root, 'proc/stat'), 'cpu  150 0 125 775 150 0 0 0 0 0\n');
    expect(health.cpuShare()).toBeCloseTo(75 / 200, 10);
    expect(health.cpuShare()).toBeNaN();
  });

  it('says null, not a guess, where the machine has no thermal zone', () => {
    const root = tree({ 'proc/meminfo': '' });
    const health = new Health(root, { proc: join(root, 'proc'), sys: join(root, 'sys') });
    expect(health.report()).toMatchObject({ temperature_c: null, thermal_state: null, memory_total_bytes: 0, uptime_s: 0 });
  });

  it('reads this machine', () => {
    const report = new Health(folderOf()).report();
    expect(report.memory_total_bytes).toBeGreaterThan(report.memory_available_bytes);
    expect(report.agent_rss_bytes).toBeGreaterThan(10_000_000);
  });
});
