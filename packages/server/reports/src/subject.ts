// reports: what a report is about: a device, a cohort (a model version, a group, machines of one kind), a project or the fleet; and which devices and
// models that is today.
import { failure } from '@holdfast/base';
import type { DeviceRow, Fleet } from '@holdfast/fleet';
import type { Registry } from '@holdfast/registry';

/** All that is given holds at once; nothing is the fleet. */
export interface ReportSubject {
  readonly model?: string;
  readonly model_version?: number;
  readonly project?: string;
  /** By id or name. */
  readonly device?: string;
  readonly group?: string;
  /** A fact of machines, such as `architecture=arm64`. */
  readonly hardware?: string;
}

export interface Resolved {
  /** Of the devices that are meant; also where all are. */
  readonly devices: readonly DeviceRow[];
  /** How many were looked at, of how many, to find these. */
  readonly looked_at: { readonly devices: number; readonly of: number };
  /** Whether windows of other devices, such as removed ones, are left out. */
  readonly is_some_devices: boolean;
  /** Null for all. */
  readonly models: readonly string[] | null;
}

const devices_max = 10_000;

export async function resolve({ fleet, registry }: { readonly fleet: Fleet; readonly registry: Registry }, subject: ReportSubject): Promise<Resolved> {
  const { model, project, device, group, hardware } = subject;
  if (subject.model_version !== undefined && model === undefined)
    throw failure('HF-REQ-001', { where: 'query/model_version', saw: String(subject.model_version), expected: 'a model beside it' });
  const selector = await selectorOf(fleet, group);
  const rows = device === undefined ? await fleet.devices({ selector, limit: devices_max }) : [await fleet.device(device)];
  const of = rows.length < devices_max ? rows.length : await fleet.count(selector);
  const devices = hardware === undefined ? rows : rows.filter(hasFact(hardware));
  if (model !== undefined) await registry.model(model);
  const models = model === undefined ? await modelsOf(registry, project) : [model];
  return { devices, looked_at: { devices: rows.length, of }, is_some_devices: [device, group, hardware].some((one) => one !== undefined), models };
}

async function selectorOf(fleet: Fleet, group: string | undefined): Promise<string> {
  if (group === undefined) return '';
  const found = (await fleet.groups()).find((one) => one.name === group);
  if (!found) throw failure('HF-REQ-004', { kind: 'group', name: group });
  return found.selector;
}

function hasFact(hardware: string): (row: DeviceRow) => boolean {
  const at = hardware.indexOf('=');
  if (at < 1) throw failure('HF-REQ-001', { where: 'query/hardware', saw: JSON.stringify(hardware), expected: 'a fact such as architecture=arm64' });
  const [word, value] = [hardware.slice(0, at), hardware.slice(at + 1)];
  return ({ reported }) => reported?.hardware?.[word] === value;
}

async function modelsOf(registry: Registry, project: string | undefined): Promise<string[] | null> {
  if (project === undefined) return null;
  const models = (await registry.models()).filter((model) => model.project === project).map(({ name }) => name);
  if (models.length === 0) throw failure('HF-REQ-004', { kind: 'project', name: project });
  return models;
}

/** In words, for the head of a report. */
export function nameOf(subject: ReportSubject): string {
  const { model, model_version, project, device, group, hardware } = subject;
  const of = [
    device === undefined ? null : `device ${device}`,
    model === undefined ? null : `model ${model}${model_version === undefined ? '' : ` version ${model_version}`}`,
    project === undefined ? null : `project ${project}`,
    group === undefined ? null : `group ${group}`,
    hardware === undefined ? null : `machines with ${hardware}`,
  ].filter((part) => part !== null);
  return of.length === 0 ? 'the fleet' : of.join(', ');
}
