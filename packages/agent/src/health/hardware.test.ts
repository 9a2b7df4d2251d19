import { expect, it } from 'vitest';
import { lastingFacts } from './hardware.ts';

it('reads what the device is, without what is so for a moment alone', async () => {
  const files: Readonly<Record<string, string>> = {
    '/proc/meminfo': 'MemTotal: 1000 kB\n',
    '/sys/class/thermal/thermal_zone0/temp': '50000\n',
    '/proc/device-tree/model': 'Raspberry Pi 5 Model B Rev 1.0\0',
  };
  const readText = (path: string) => files[path] ?? '';
  const list = (path: string) => (path === '/sys/class/thermal' ? ['thermal_zone0'] : []);
  expect(await lastingFacts({ platform: 'linux', architecture: 'aarch64', readText, list, run: async () => '' })).toEqual({
    ...{ machine: 'Raspberry Pi 5 Model B Rev 1.0', architecture: 'arm64', memory_bytes: '1024000', accelerator: 'raspberry-pi' },
  });
});

it('reads this machine', async () => {
  expect(Number((await lastingFacts()).cores)).toBeGreaterThan(0);
});
