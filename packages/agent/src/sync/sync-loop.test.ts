import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DevicePeer } from '../../test/device-peer.ts';
import { temporaryFolders, until } from '../../test/support.ts';
import { type RunningAgent, runAgent } from '../agent.ts';
import { joinServer, parseJoinAddress } from '../join.ts';
import { DeviceClock } from './device-clock.ts';
import { problemOf } from './problem.ts';

const folderOf = temporaryFolders();
const open: { stop(): Promise<void> }[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

async function start(
  change: Partial<DevicePeer['faults']> = {},
  options: { points_ms?: number; silence_ms?: number } = {},
): Promise<{ peer: DevicePeer; agent: RunningAgent; lines: string[] }> {
  const peer = await DevicePeer.start();
  open.push(peer);
  const folder = folderOf();
  folders.push(folder);
  await joinServer({ address: peer.address, folder, name: 'edge' });
  Object.assign(peer.faults, change);
  const lines: string[] = [];
  const agent = await runAgent({ folder, ring: join(folder, 'ring'), points_ms: 50, random: () => 0.01, on_line: (text) => lines.push(text), ...options });
  open.push(agent);
  return { peer, agent, lines };
}

describe('the exchange with the server', () => {
  it('waits as long as Retry-After says, then goes on', async () => {
    const { peer, lines } = await start({ sync_status: 503, retry_after: '1' });
    await until('the line', () => lines.length > 0);
    const refused = performance.now();
    peer.faults.sync_status = null;
    expect(lines[0]).toBe('HF-SYNC-003: the peer says HF-SYNC-003. The next try is in 1.0 s.');
    await until('a sync', () => peer.heads.length > 0);
    expect(performance.now() - refused).toBeGreaterThan(900);
    expect(peer.heads[0]!.n).toBe(0);
  });

  it('gives up a server that is silent, and stops at once while one is slow', async () => {
    const silent = await start({ slow_ms: 400 }, { silence_ms: 100 });
    await until('the line', () => silent.lines.some((line) => line.startsWith('HF-AGENT-004') && line.includes('no byte came for 0.1 s')));
    const slow = await start({ slow_ms: 3_000 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const before = performance.now();
    await slow.agent.stop();
    expect(performance.now() - before).toBeLessThan(1_000);
  });

  it('sets its clock by the date of a refusal, when its signature is out of time', async () => {
    const peer = await DevicePeer.start();
    open.push(peer);
    const folder = folderOf();
    await joinServer({ address: peer.address, folder, name: 'edge' });
    const clock = { wall_ms: () => Date.now() - 40 * 365 * 86_400_000, mono_ms: () => performance.now() };
    open.push(await runAgent({ folder, ring: join(folder, 'ring'), clock }));
    await until('a sync', () => peer.heads.length > 0);
    expect(peer.bad_signatures).toBe(1);
  });

  it('signs each exchange later than the last one that was taken, also when the server sets its clock back', async () => {
    const { peer } = await start();
    await until('a few', () => peer.heads.length > 3);
    peer.server_offset_ms = -3_000;
    const seen = peer.heads.length;
    await until('some more', () => peer.heads.length > seen + 3);
    expect(peer.stale).toBe(0);
  });

  it('started again with a clock that is behind, sends once more at once, so that its report counts', async () => {
    const { peer, agent } = await start({}, {});
    await until('a sync', () => peer.heads.length > 0);
    await agent.stop();
    open.splice(open.indexOf(agent), 1);
    peer.poll_ms = 60_000;
    const folder = folders.at(-1)!;
    const clock = { wall_ms: () => Date.now() - 30_000, mono_ms: () => performance.now() };
    open.push(await runAgent({ folder, ring: join(folder, 'ring'), clock, on_line: () => undefined }));
    const before = peer.heads.length;
    await until('a second one', () => peer.heads.length >= before + 2);
    expect(peer.stale).toBe(1);
    expect(peer.heads.at(-1)!.n).toBe(1);
  });

  it('numbers its exchanges, a retry as the try before', async () => {
    const { peer } = await start({ cut_after_commit: true });
    await until('a retry', () => peer.heads.length >= 2);
    expect(peer.heads.slice(0, 2).map((head) => head.n)).toEqual([0, 0]);
    peer.faults.cut_after_commit = false;
    await until('the next', () => peer.heads.at(-1)!.n >= 1);
  });
});

describe('the join address', () => {
  it('is hf://HOST:PORT/TOKEN, or hfs:// for TLS', () => {
    expect(parseJoinAddress('hf://10.0.0.1:8080/hjt_abc')).toEqual({ server: 'http://10.0.0.1:8080', token: 'hjt_abc' });
    expect(parseJoinAddress('hfs://edge.example.org/hjt_abc')).toEqual({ server: 'https://edge.example.org', token: 'hjt_abc' });
    expect(parseJoinAddress('hf://[::1]:80/t')).toEqual({ server: 'http://[::1]:80', token: 't' });
    for (const bad of ['', 'http://a/b', 'hf://a:80', 'hf://a:99999/t', 'hf://a:80/t/u', 'hf://a b/t'])
      expect(() => parseJoinAddress(bad), bad).toThrow(/is not of the form/);
  });

  it('with a spent token is refused by the code of the server', async () => {
    const peer = await DevicePeer.start();
    open.push(peer);
    await expect(joinServer({ address: peer.address.replace(/[^/]+$/, 'wrong'), folder: folderOf(), name: 'x' })).rejects.toMatchObject({
      code: 'HF-FLEET-001',
      exit: 4,
    });
  });
});

describe('the clock of the device', () => {
  it('keeps the time of the server over a jump of the wall clock, and says how far it jumped', () => {
    let [wall, mono] = [1_000, 0];
    const clock = new DeviceClock({ wall_ms: () => wall, mono_ms: () => mono });
    mono = 100;
    wall = 1_100;
    clock.correct(50_000, 0);
    expect(clock.now_ms()).toBe(50_050);
    wall = 9_000_000;
    mono = 200;
    expect(clock.now_ms()).toBe(50_150);
    expect(clock.wallJump_ms()).toBe(9_000_000 - 1_200);
    expect(clock.wallJump_ms()).toBe(0);
  });
});

describe('an answer that is no success', () => {
  it('keeps a known code, and tells the status of a page that is not ours', () => {
    const answer = (status: number, text: string) => ({ status, headers: {}, body: new TextEncoder().encode(text) });
    expect(problemOf(answer(401, '{"code":"HF-ACCESS-008","detail":"gone","hint":"join"}'))).toMatchObject({
      code: 'HF-ACCESS-008',
      message: 'gone',
      hint: 'join',
    });
    expect(problemOf(answer(502, '<html>'))).toMatchObject({ code: 'HF-AGENT-005', message: 'The server refused: status 502.', retryable: true });
    expect(problemOf(answer(404, '[]'))).toMatchObject({ code: 'HF-AGENT-005', retryable: false });
  });
});
