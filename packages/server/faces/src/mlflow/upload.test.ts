import { expect, it } from 'vitest';
import { passing } from './upload.ts';

it('gives the memory of a chunk back when the next is asked for, and leaves alone what is a part of more', async () => {
  const own = new Uint8Array([1, 2, 3]);
  const shared = new Uint8Array([4, 5, 6, 7]);
  const seen: number[][] = [];
  for await (const chunk of passing(feed([own, shared.subarray(1, 3), shared.subarray(3)]))) {
    seen.push([...chunk]);
    if (chunk !== own) expect(own.byteLength).toBe(0);
  }
  expect(seen).toEqual([[1, 2, 3], [5, 6], [7]]);
  expect([...shared]).toEqual([4, 5, 6, 7]);
});

async function* feed(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
