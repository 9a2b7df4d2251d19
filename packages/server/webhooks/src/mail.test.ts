import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { Mail } from './mail.ts';

const servers: net.Server[] = [];
const sockets = new Set<net.Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function serverThat(speaks: (socket: net.Socket) => unknown): Promise<string> {
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).once('close', () => sockets.delete(socket)); // the other side may go at any time: that is what is tested
    speaks(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `smtp://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}
const letter = JSON.stringify({ subject: 'Firing', text: 'a cause' });
const sending = { id: '1', kind: 'email', url: 'mailto:a@edge.example', secret: null, body: letter, at_ms: 0 } as const;
const sendBy = (smtp: string, stop?: AbortSignal) => new Mail({ smtp, deadline_ms: 200 }).send(sending, stop);
/** A line of an answer that never ends, so that no wait for a line is too long. */
async function drip(socket: net.Socket): Promise<void> {
  for (let i = 0; i < 200 && !socket.destroyed; i++) {
    socket.write('220-wait\r\n');
    await sleep(20);
  }
}

describe('a mail', () => {
  it('ends with its deadline where the server says nothing, or a little again and again, and its connection is closed', async () => {
    for (const speaks of [() => {}, drip]) {
      const outcome = await sendBy(await serverThat(speaks));
      expect(outcome).toEqual({ status: null, text: '', error: 'no end of the sending within 200 ms' });
      await expect.poll(() => sockets.size).toBe(0);
    }
  });

  it('ends at once where the server of ours stops', async () => {
    const stop = new AbortController();
    const sent = new Mail({ smtp: await serverThat(() => {}) }).send(sending, stop.signal);
    setTimeout(() => stop.abort(), 50);
    expect((await sent).error).not.toBeNull();
  });

  it('says what went wrong where the server refuses, closes early, or is not there', async () => {
    expect(await sendBy(await serverThat((socket) => socket.end('554 no service for you\r\n')))).toMatchObject({ status: 554 });
    expect((await sendBy(await serverThat((socket) => socket.end()))).error).toMatch(/closed/i);
    expect((await sendBy('smtp://127.0.0.1:9')).error).toContain('ECONNREFUSED');
    expect((await sendBy('smtp://[::1]:9')).error).toMatch(/ECONNREFUSED|EADDRNOTAVAIL/);
  });
});
