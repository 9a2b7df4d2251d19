// contract/server: who is who: links, passphrases, tokens, sessions, the limit on guessing, and the audit.
import { link_life_ms, session_life_ms } from '@holdfast/access';
import type { Access } from '@holdfast/access';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, type RunningApp, admin_token, joinDevice, openApp, openHouse, shipVersion, ada } from './support.ts';

let house: House;
let access: Access;
let running: RunningApp;
beforeAll(async () => {
  house = await openHouse();
  access = house.rooms.access;
  running = await openApp(house);
});
afterAll(async () => {
  await running.close();
  await house.close();
});

const here = '127.0.0.1';
const passphrase = 'correct horse battery';

describe('a login link', () => {
  it('works once, also when it is followed twice at once', async () => {
    const link = (await access.makeLink(ada)).secret;
    const other = (await house.again()).access;
    const tries = await Promise.allSettled([access.signInByLink(link, here), other.signInByLink(link, here), access.signInByLink(link, here)]);
    expect(tries.filter((t) => t.status === 'fulfilled')).toHaveLength(1);
    await expect(access.signInByLink(link, here)).rejects.toMatchObject({ code: 'HF-ACCESS-002', status: 401 });
  });

  it('expires after thirty minutes', async () => {
    const [early, late] = [(await access.makeLink(ada, 'viewer')).secret, (await access.makeLink(ada, 'viewer')).secret];
    house.clock.advance(link_life_ms - 1);
    expect((await access.signInByLink(early, here)).principal.role).toBe('viewer');
    house.clock.advance(1);
    await expect(access.signInByLink(late, here)).rejects.toMatchObject({ code: 'HF-ACCESS-002' });
  });
});

describe('a user', () => {
  it('signs in with the passphrase alone, however it was typed in', async () => {
    await access.putUser({ name: 'ada', role: 'editor', passphrase: 'caf\u00e9 au lait noir' }, ada);
    expect((await access.signIn('ada', 'cafe\u0301 au lait noir', here)).principal).toMatchObject({ name: 'ada', role: 'editor' }); // NFKC
    for (const [name, wrong] of [
      ['ada', 'cafe au lait noir'],
      ['ada', ''],
      ['nobody', passphrase],
    ] as const) {
      await expect(access.signIn(name, wrong, here)).rejects.toMatchObject({ code: 'HF-ACCESS-004', status: 401 });
    }
  });

  it('needs twelve characters', async () => {
    await expect(access.putUser({ name: 'bob', role: 'viewer', passphrase: 'elevenchars' }, ada)).rejects.toMatchObject({
      code: 'HF-ACCESS-005',
      message: 'The passphrase has 11 characters, expected 12 or more.',
    });
    expect((await access.listUsers()).map((u) => u.name)).not.toContain('bob');
  });

  it('is signed out everywhere when its role or passphrase changes, or it is removed; others stay', async () => {
    house.clock.advance(120_000);
    await access.putUser({ name: 'eve', role: 'admin', passphrase }, ada);
    await access.putUser({ name: 'kim', role: 'viewer', passphrase }, ada);
    const eve = await access.signIn('eve', passphrase, here);
    const kim = await access.signIn('kim', passphrase, here);
    await access.putUser({ name: 'eve', role: 'viewer', passphrase }, ada);
    expect(await access.ofSession(eve.secret)).toBeNull();
    const again = await access.signIn('eve', passphrase, here);
    expect(again.principal.role).toBe('viewer');
    await access.deleteUser('eve', ada);
    expect(await access.ofSession(again.secret)).toBeNull();
    expect(await access.ofSession(kim.secret)).toMatchObject({ name: 'kim' });
    await access.signOut(kim.secret);
    expect(await access.ofSession(kim.secret)).toBeNull();
    await expect(access.deleteUser('eve', ada)).rejects.toMatchObject({ code: 'HF-REQ-004' });
  });

  it('is signed out after twelve hours', async () => {
    const { secret } = await access.signInByLink((await access.makeLink(ada)).secret, here);
    house.clock.advance(session_life_ms - 1);
    expect(await access.ofSession(secret)).not.toBeNull();
    house.clock.advance(1);
    expect(await access.ofSession(secret)).toBeNull();
  });
});

describe('a token', () => {
  it('works until it expires or is revoked, and shows when it was used', async () => {
    const { token, secret } = await access.makeToken({ name: 'ci', role: 'editor', expires_in_ms: 60_000 }, ada);
    expect(await access.ofToken(secret)).toMatchObject({ kind: 'token', name: 'ci', role: 'editor' });
    expect((await access.listTokens()).find((t) => t.id === token.id)).toMatchObject({ used_ms: house.clock.wall_ms(), created_by: 'user:ada' });
    house.clock.advance(60_000);
    await expect(access.ofToken(secret)).rejects.toMatchObject({ code: 'HF-ACCESS-002' });
    const second = await access.makeToken({ name: 'ci', role: 'viewer' }, ada);
    await access.revokeToken(second.token.id, ada);
    await expect(access.ofToken(second.secret)).rejects.toMatchObject({ code: 'HF-ACCESS-002' });
    await expect(access.revokeToken(second.token.id, ada)).rejects.toMatchObject({ code: 'HF-REQ-004' });
    expect(JSON.stringify(await access.listTokens())).not.toMatch(/hash|hft_/);
  });

  it('of the first administrator is the one of the environment', async () => {
    expect(await access.ofToken(admin_token)).toMatchObject({ role: 'admin' });
    await expect(access.ofToken(`${admin_token} `)).rejects.toMatchObject({ code: 'HF-ACCESS-002' });
  });
});

describe('a live stream', () => {
  const from = '10.0.0.2';
  /** Its text, a piece at a time; the first beat has come when this returns. */
  const listen = async (url: string, headers: Record<string, string>) => {
    const response = await fetch(`${url}/api/v1/stream`, { headers });
    expect(response.status).toBe(200);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const beat = async () => {
      for (let text = ''; !text.includes('event: beat');) {
        const piece = await reader.read();
        if (piece.done) return false;
        text += piece.value;
      }
      return true;
    };
    expect(await beat()).toBe(true);
    return {
      goesOn: beat,
      ends: async () => {
        while (await beat());
        return true;
      },
      close: () => reader.cancel(),
    };
  };

  it('ends at the next beat when whoever listens is no longer let in, and goes on for others', async () => {
    house.clock.advance(120_000);
    const open = await openApp(house, { beat_ms: 20 });
    const signedIn = async (name: string) => {
      await access.putUser({ name, role: 'viewer', passphrase }, ada);
      const { secret } = await access.signIn(name, passphrase, from);
      return { secret, stream: await listen(open.url, { cookie: `holdfast_session=${secret}` }) };
    };
    const other = await listen(open.url, await open.as('viewer'));

    const { token, secret } = await access.makeToken({ name: 'screen', role: 'viewer' }, ada);
    const ofToken = await listen(open.url, { authorization: `Bearer ${secret}` });
    await access.revokeToken(token.id, ada);
    expect(await ofToken.ends()).toBe(true);

    const [out, removed, changed, late] = [await signedIn('mia'), await signedIn('noa'), await signedIn('ola'), await signedIn('pia')];
    await access.signOut(out.secret);
    expect(await out.stream.ends()).toBe(true);
    await access.deleteUser('noa', ada);
    expect(await removed.stream.ends()).toBe(true);
    await access.putUser({ name: 'ola', role: 'viewer', passphrase: `${passphrase} staple` }, ada);
    expect(await changed.stream.ends()).toBe(true);
    expect(await late.stream.goesOn()).toBe(true);
    house.clock.advance(session_life_ms);
    expect(await late.stream.ends()).toBe(true);

    expect(await other.goesOn()).toBe(true);
    expect(open.errors).toEqual([]);
    await other.close();
    await open.close();
  });
});

describe('guessing', () => {
  it('is limited to twenty tries a minute from one address, right or wrong', async () => {
    house.clock.advance(120_000);
    for (let i = 0; i < 20; i++) await expect(access.signInByLink('hfl_guess', '10.0.0.1')).rejects.toMatchObject({ code: 'HF-ACCESS-002' });
    const link = (await access.makeLink(ada)).secret;
    await expect(access.signInByLink(link, '10.0.0.1')).rejects.toMatchObject({ code: 'HF-ACCESS-009', status: 429 });
    await expect(access.signIn('ada', passphrase, '10.0.0.1')).rejects.toMatchObject({ code: 'HF-ACCESS-009' });
    house.clock.advance(60_001);
    expect((await access.signInByLink(link, '10.0.0.1')).principal.role).toBe('admin');
  });
});

describe('the audit', () => {
  const as = { authorization: `Bearer ${admin_token}` };
  const ask = async (method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) => {
    const response = await running.app.inject({
      method,
      url,
      headers: { ...as, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { payload: JSON.stringify(body) } : {}),
    });
    expect(response.statusCode, `${url} ${response.body}`).toBe(200);
    return response.json() as Record<string, unknown>;
  };
  const last = async () => (await access.listAudit({ limit: 1 }))[0]!;

  it('has a row for each change: who, what, before and after', async () => {
    const device = await joinDevice(house.rooms, 'edge-1');
    await shipVersion(house.rooms, 'eyes');
    await ask('PATCH', `/api/v1/devices/${device.id}`, { labels: { site: 'north' } });
    expect(await last()).toMatchObject({
      actor: 'token:first-administrator',
      action: 'device.patch',
      object: device.id,
      before: { labels: {} },
      after: { labels: { site: 'north' } },
      from: here,
    });
    await ask('PUT', '/api/v1/groups/north', { selector: 'site=north' });
    expect(await last()).toMatchObject({ action: 'group.put', object: 'north', before: null, after: { selector: 'site=north' } });
    await ask('PUT', '/api/v1/groups/north', { selector: 'site=south' });
    expect(await last()).toMatchObject({ before: { selector: 'site=north' }, after: { selector: 'site=south' } });
    await ask('PUT', '/api/v1/models/eyes/aliases/champion', { version: 1, reason: 'first' });
    expect(await last()).toMatchObject({ action: 'alias.set', object: 'eyes/champion', before: null, after: { version: 1, reason: 'first' } });
    await ask('PUT', '/api/v1/workflows/flow', { steps: [{ name: 'a', kind: 'command', argv: ['true'], env: { PASSWORD: 'hunter2' } }] });
    await ask('PUT', '/api/v1/triggers/t', { workflow: 'flow', on: { kind: 'alert', model: 'eyes' }, cooldown_ms: 1 });
    await ask('DELETE', '/api/v1/triggers/t');
    expect(await last()).toMatchObject({ action: 'trigger.remove', before: { name: 't', workflow: 'flow', cooldown_ms: 1 }, after: null });
    await ask('DELETE', `/api/v1/devices/${device.id}`);
    expect(await last()).toMatchObject({ action: 'device.remove', before: { name: 'edge-1', labels: { site: 'north' } }, after: null });
  });

  it('has none for a read, nor for a change that was refused', async () => {
    const before = (await last()).id;
    await ask('GET', '/api/v1/devices');
    await running.app.inject({ method: 'PUT', url: '/api/v1/groups/x', headers: { ...as, 'content-type': 'application/json' }, payload: '{"selector":"?"}' });
    await running.app.inject({ method: 'PUT', url: '/api/v1/groups/x', headers: { 'content-type': 'application/json' }, payload: '{"selector":""}' });
    expect((await last()).id).toBe(before);
  });

  it('never holds a secret', async () => {
    const secrets = [passphrase, 'hunter2', admin_token];
    await ask('PUT', '/api/v1/users', { name: 'sam', role: 'viewer', passphrase });
    await ask('PUT', '/api/v1/users', { name: 'sam', role: 'admin', passphrase });
    expect(await last()).toMatchObject({ action: 'user.put', object: 'sam', before: { role: 'viewer' }, after: { role: 'admin' } });
    secrets.push(String((await ask('POST', '/api/v1/tokens', { name: 'ci', role: 'viewer' }))['secret']));
    secrets.push(
      String((await ask('POST', '/api/v1/join-tokens', {}))['address'])
        .split('/')
        .at(-1)!,
    );
    await ask('PUT', '/api/v1/workflows/flow', { steps: [{ name: 'b', kind: 'command', argv: ['true'], env: { PASSWORD: 'hunter2' } }] });
    const all = JSON.stringify(await access.listAudit({ limit: 1000 }));
    for (const secret of secrets) expect(all).not.toContain(secret);
    expect(all).not.toMatch(/argon2id|"hash"/);
    expect(all).toContain('(hidden)');
  });
});
