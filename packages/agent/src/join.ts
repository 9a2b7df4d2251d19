// agent: joining a server. The key is made here; the join token is spent; what comes back is the device id and the keys to trust.

import { rmSync } from 'node:fs';
import { type EnrolReply, type EnrolRequest, protocol_version } from '@holdfast/protocol';
import { failure } from '@holdfast/base';
import { type Identity, deviceKey, publicKeyText, writeIdentity } from './identity.ts';
import { labelsPath } from './sync/label-file.ts';
import { HttpPeer } from './sync/http-peer.ts';
import { problemOf } from './sync/problem.ts';
import { makeFolder } from './own-folder.ts';
import { thisPlatform } from './platform.ts';

export interface JoinOptions {
  /** hf://HOST:PORT/TOKEN, or hfs:// for TLS. */
  readonly address: string;
  readonly folder: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const address_form = /^(hfs?):\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/([A-Za-z0-9_-]{1,200})\/?$/;

export interface JoinAddress {
  readonly server: string;
  readonly token: string;
}

/** Fails with HF-AGENT-003. */
export function parseJoinAddress(address: string): JoinAddress {
  const [, scheme, host, port, token] = address_form.exec(address) ?? [];
  if (!scheme || !host || !token || Number(port ?? 1) > 65_535) throw failure('HF-AGENT-003', { saw: address });
  return { server: `${scheme === 'hfs' ? 'https' : 'http'}://${host}${port ? `:${port}` : ''}`, token };
}

/** Fails with HF-AGENT-003, -004 (not reached) or -005 (refused). The identity is on disk when it returns. */
export async function joinServer(options: JoinOptions): Promise<Identity> {
  const { server, token } = parseJoinAddress(options.address);
  makeFolder(options.folder);
  const key = deviceKey(options.folder);
  const request: EnrolRequest = {
    proto: protocol_version,
    token,
    public_key: publicKeyText(key),
    name: options.name,
    labels: options.labels ?? {},
    platform: thisPlatform(),
  };
  const reply = await enrol(server, request);
  rmSync(labelsPath(options.folder), { force: true, recursive: true }); // those of the device that this folder was before: their numbers mean nothing to this one
  const identity: Identity = { v: 1, device: reply.device, server, name: options.name, keys: reply.keys };
  writeIdentity(options.folder, identity);
  return identity;
}

async function enrol(server: string, request: EnrolRequest): Promise<EnrolReply> {
  const peer = new HttpPeer(server);
  try {
    const body = new TextEncoder().encode(JSON.stringify(request));
    const answer = await peer.exchange({ method: 'POST', path: '/api/device/v1/enrol', headers: { 'content-type': 'application/json' }, body });
    if (answer.status !== 200 && answer.status !== 201) throw problemOf(answer);
    return checkReply(JSON.parse(new TextDecoder().decode(answer.body)), server);
  } finally {
    peer.close();
  }
}

function checkReply(reply: EnrolReply, server: string): EnrolReply {
  const keys = reply?.keys;
  const whole = typeof reply?.device === 'string' && reply.device.length > 0 && Array.isArray(keys) && keys.length > 0 && keys.length <= 16;
  if (!whole || !keys.every((key) => typeof key?.keyid === 'string' && typeof key.public_key === 'string')) {
    throw failure('HF-AGENT-005', { reason: `the answer of ${server} names no device and keys`, hint: 'Check that the address is that of a Holdfast server.' });
  }
  return reply;
}
