// workflows: bundle: a version, its pipeline and its reference profile, signed for a target, with the monitors that the bundle of the version before it brought:
// what an app asked to be watched is watched in the versions after it too. `monitors` in the settings is another file of monitors, or "none".
import { failure, isDigest } from '@holdfast/base';
import { type ActContext, type ActResult, type ActRooms, settingsOf, versionOf } from './act.ts';
import { actorOf } from './log.ts';

const monitors_file = 'monitors.json';
/** Versions before this one that are looked at; one without a bundle was never on a device. */
const versions_looked_at_max = 50;

interface Target {
  readonly os: string;
  readonly arch: string;
}

export async function bundle({ registry }: ActRooms, context: ActContext): Promise<ActResult> {
  const setting = settingsOf(context);
  const [os = 'any', arch = 'any'] = setting('target', 'any/any').split('/');
  const [model, version, pipeline, profile] = [setting('model'), versionOf(setting('version')), setting('pipeline'), setting('profile')];
  const monitors = await monitorsFor(registry, { model, version, os, arch }, setting('monitors', ''));
  const alike = (await registry.bundles(model, version)).filter((b) => b.os === os && b.arch === arch && b.profile === profile && b.pipeline === pipeline);
  const known = await findAsync(alike, async ({ digest }) => (await monitorsIn(registry, digest)) === monitors);
  const files = monitors === null ? {} : { files: [{ path: monitors_file, digest: monitors }] };
  const row = known ?? (await registry.buildBundle({ model, version, target: { os, arch }, pipeline, profile, ...files, by: actorOf(context.step) }));
  const with_monitors = monitors === null ? '' : `, with monitors ${monitors.slice(0, 12)}`;
  await context.log(`bundle ${row.digest} of ${row.size_bytes} bytes for ${os}/${arch}${with_monitors}`);
  return { outputs: { bundle: row.digest } };
}

type Registry = ActRooms['registry'];

/** The digest of the monitors that go in; null for none. */
async function monitorsFor(registry: Registry, of: Target & { readonly model: string; readonly version: number }, asked: string): Promise<string | null> {
  if (asked === 'none') return null;
  if (asked === '') return monitorsBefore(registry, of);
  if (isDigest(asked)) return asked;
  throw failure('HF-REQ-001', { where: 'setting monitors', saw: JSON.stringify(asked.slice(0, 80)), expected: 'the digest of a file of monitors, or none' });
}

/** Of the newest version before this one that has a bundle for such a device. */
async function monitorsBefore(registry: Registry, { model, version, ...target }: Target & { readonly model: string; readonly version: number }) {
  const before = (await registry.versions(model)).filter((one) => one.version < version).toSorted((a, b) => b.version - a.version);
  for (const one of before.slice(0, versions_looked_at_max)) {
    const last = (await registry.bundles(model, one.version)).findLast((b) => mayRunOn(b, target));
    if (last) return monitorsIn(registry, last.digest);
  }
  return null;
}

const mayRunOn = (of: Target, { os, arch }: Target): boolean =>
  (of.os === os || of.os === 'any' || os === 'any') && (of.arch === arch || of.arch === 'any' || arch === 'any');

const monitorsIn = async (registry: Registry, bundle_digest: string): Promise<string | null> =>
  (await registry.bundleFiles(bundle_digest)).find((file) => file.path === monitors_file)?.digest ?? null;

async function findAsync<T>(rows: readonly T[], holds: (row: T) => Promise<boolean>): Promise<T | undefined> {
  for (const row of rows) if (await holds(row)) return row;
  return undefined;
}
