import { expect, it } from 'vitest';
import { thisMachine } from './machine.ts';

it('tells what this machine is, and is silent where nothing is', () => {
  const machine = thisMachine();
  expect(machine.architecture).toMatch(/^\w+$/);
  expect(machine.readText('/proc/no such file of anybody')).toBe('');
  expect(machine.list('/proc/no such folder of anybody')).toEqual([]);
  expect(machine.list(import.meta.dirname)).toContain('machine.ts');
  expect(machine.readText(import.meta.filename)).toContain('this line');
});

it('runs a command and takes what it printed, also where it then failed', async () => {
  expect(await thisMachine().run([process.execPath, '-e', 'process.stdout.write("some"); process.exitCode = 1'])).toBe('some');
});

it('is silent where a command is not there, or takes too long', async () => {
  expect(await thisMachine().run(['no-such-program-of-anybody'])).toBe('');
  const started = performance.now();
  expect(await thisMachine(200).run([process.execPath, '-e', 'setInterval(() => {}, 1000)'])).toBe('');
  expect(performance.now() - started).toBeLessThan(10_000);
});
