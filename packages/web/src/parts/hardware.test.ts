import { expect, it } from 'vitest';
import { factText, machineText } from './hardware.ts';

it('says a machine in one line, with what it tells', () => {
  expect(
    machineText({ processor: 'Apple M1 Pro', accelerator: 'apple-silicon', accelerator_name: 'Apple M1 Pro', cores: '10', memory_bytes: '17179869184' }),
  ).toBe('Apple M1 Pro, 10 cores, 16 GiB');
  expect(machineText({ machine: 'Raspberry Pi 5 Model B Rev 1.0', processor: 'Cortex-A76', accelerator: 'raspberry-pi', cores: '4' })).toBe(
    'Raspberry Pi 5 Model B Rev 1.0, 4 cores',
  );
  expect(machineText({ processor: 'AMD EPYC', accelerator_name: 'Tesla T4' })).toBe('AMD EPYC, Tesla T4');
  expect(machineText({})).toBe('');
});

it('gives a value its unit', () => {
  expect([factText('memory_bytes', '1024'), factText('temperature_c', '85.23'), factText('cores', '4'), factText('memory_bytes', 'much')]).toEqual([
    '1.0 KiB',
    '85.23 °C',
    '4',
    'much',
  ]);
});
