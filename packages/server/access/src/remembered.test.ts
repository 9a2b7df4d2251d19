import { expect, it } from 'vitest';
import { Remembered } from './remembered.ts';
import type { Principal } from './types.ts';

const ada: Principal = { kind: 'user', name: 'ada', role: 'viewer', expires_ms: null };

function counted(find: () => Promise<Principal>): { asked: number; find: () => Promise<Principal> } {
  const count = { asked: 0, find: () => (count.asked++, find()) };
  return count;
}

it('asks once for half a minute, also where requests come together, and anew after a change', async () => {
  const remembered = new Remembered<Principal>();
  const source = counted(async () => ada);
  await Promise.all([1, 2, 3].map(() => remembered.of('secret', 0, source.find)));
  expect(await remembered.of('secret', 29_999, source.find)).toEqual(ada);
  expect(source.asked).toBe(1);
  await remembered.of('another', 0, source.find);
  await remembered.of('secret', 30_000, source.find);
  expect(source.asked).toBe(3);
  remembered.clear();
  await remembered.of('secret', 30_001, source.find);
  expect(source.asked).toBe(4);
});

it('does not remember a refusal', async () => {
  const remembered = new Remembered<Principal>();
  const source = counted(async () => {
    throw new Error('no');
  });
  for (let i = 0; i < 2; i++) await expect(remembered.of('secret', 0, source.find)).rejects.toThrow('no');
  expect(source.asked).toBe(2);
});

it('forgets the oldest of more than a thousand', async () => {
  const remembered = new Remembered<Principal>();
  const source = counted(async () => ada);
  for (let i = 0; i <= 1_000; i++) await remembered.of(`secret ${i}`, 0, source.find);
  await remembered.of('secret 1', 0, source.find);
  expect(source.asked).toBe(1_001);
  await remembered.of('secret 0', 0, source.find);
  expect(source.asked).toBe(1_002);
});
