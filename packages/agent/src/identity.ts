// agent: who this device is: its id, its server, the keys that it trusts, and its own Ed25519 key, which never leaves the device.

import { type KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failure } from '@holdfast/base';
import { readJson, writeDurable, writeDurableJson } from './durable-file.ts';

export interface TrustedKey {
  readonly keyid: string;
  /** Ed25519, SPKI DER in base64. */
  readonly public_key: string;
}

export interface Identity {
  readonly v: 1;
  readonly device: string;
  /** Base URL of the server, without a path. */
  readonly server: string;
  readonly name: string;
  readonly keys: readonly TrustedKey[];
}

const identityPath = (folder: string): string => join(folder, 'identity.json');
const keyPath = (folder: string): string => join(folder, 'agent.key');

/** Fails with HF-AGENT-002 where the folder holds none. */
export function readIdentity(folder: string): Identity {
  const value = readJson(identityPath(folder)) as Identity | undefined;
  const whole = value?.v === 1 && typeof value.device === 'string' && typeof value.server === 'string' && Array.isArray(value.keys);
  if (!whole || !existsSync(keyPath(folder))) throw failure('HF-AGENT-002', { folder });
  return value;
}

export function writeIdentity(folder: string, identity: Identity): void {
  writeDurableJson(identityPath(folder), identity, 0o600);
}

/** The device's key; made here at the first call. */
export function deviceKey(folder: string): KeyObject {
  const path = keyPath(folder);
  if (existsSync(path)) {
    chmodSync(path, 0o600);
    return createPrivateKey(readFileSync(path));
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  writeDurable(path, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600);
  return privateKey;
}

export function publicKeyText(private_key: KeyObject): string {
  return createPublicKey(private_key).export({ type: 'spki', format: 'der' }).toString('base64');
}
