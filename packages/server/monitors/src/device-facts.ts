// monitors: the facts about devices by which a drift may be told apart: what they run, what they are, and how people have labelled them.
import type { Fleet } from '@holdfast/fleet';
import type { DeviceFacts } from '@holdfast/stats';

type Device = Awaited<ReturnType<Fleet['byId']>>[number];

/** Of what a device says it is, the words that many have in common. */
const hardware_names = ['machine', 'processor', 'accelerator_name', 'os'] as const;

export function factsOf({ labels, platform, reported }: Device): DeviceFacts {
  const { hardware = {}, current, agent_version } = reported ?? {};
  const known: Record<string, string | undefined> = {
    ...Object.fromEntries(hardware_names.map((name) => [name.replaceAll('_', ' '), hardware[name]])),
    'model version': current ? `${current.model} ${current.model_version}` : undefined,
    'agent version': agent_version,
    platform: `${platform.os} ${platform.arch}`,
    runtime: platform.runtime,
    ...Object.fromEntries(Object.entries(labels).map(([key, value]) => [`label ${key}`, value])),
  };
  return Object.fromEntries(Object.entries(known).filter((pair): pair is [string, string] => pair[1] !== undefined));
}
