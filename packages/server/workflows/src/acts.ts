// The platform's own steps: collect samples into a dataset (collect.ts), register a model, build its bundle (bundle-act.ts), ask for a rollout.
// Each may run twice after a kill, so each does the same thing the second time as the first.
import { failure, isDigest } from '@holdfast/base';
import { type ActContext, type ActResult, type ActRooms, settingsOf, versionOf } from './act.ts';
import { bundle } from './bundle-act.ts';
import { collect } from './collect.ts';
import { readReference } from './inputs.ts';
import { actorOf, runOf } from './log.ts';
import { insertRolloutRequest } from './workflow-table.ts';

/** The limit of the lineage of a version. */
const code_chars_max = 500;

export async function runAct(rooms: ActRooms, context: ActContext): Promise<ActResult> {
  switch (context.step.kind) {
    case 'collect':
      return collect(rooms, context);
    case 'register':
      return register(rooms, context);
    case 'bundle':
      return bundle(rooms, context);
    case 'rollout':
      return askRollout(rooms, context);
    case 'command':
      throw failure('HF-FLOW-004', { execution: context.step.execution, state: 'a command', action: 'run in the server' });
  }
}

/** register: a model file becomes a version, with its lineage and metrics. */
async function register({ registry }: ActRooms, context: ActContext): Promise<ActResult> {
  const setting = settingsOf(context);
  const dataset = /^dataset:([^@]+)@(\d+)$/.exec(setting('dataset', ''));
  const metrics_file = setting('metrics', '');
  const trained = context.stepNamed(readReference(context.step.definition.with?.['file'] ?? '')?.step ?? '');
  const version = await registry.register({
    model: setting('model'),
    digest: setting('file'),
    metrics: isDigest(metrics_file) ? numbersOf(JSON.parse(new TextDecoder().decode(await registry.blobs.bytes(metrics_file)))) : {},
    lineage: {
      dataset: dataset ? { name: dataset[1]!, version: Number(dataset[2]) } : null,
      execution: context.step.execution,
      run: trained ? runOf(trained) : null,
      code: codeOf(context, setting('code', '')),
    },
    by: actorOf(context.step),
  });
  await context.log(`${version.model} version ${version.version}, digest ${version.digest}`);
  return { outputs: { model: version.model, version: String(version.version), digest: version.digest } };
}

/** What made a version: the workflow that the server ran, and what the workflow itself says of its code. */
function codeOf({ code }: ActContext, said: string): string {
  const both = said === '' ? code : `${code} ${said}`;
  if (both.length <= code_chars_max) return both;
  throw failure('HF-REQ-001', { where: 'setting code', saw: `${said.length} characters`, expected: `${code_chars_max - code.length - 1} at most` });
}

/** The numbers of a metrics file, nested names joined by a dot; everything else is left out. */
function numbersOf(value: unknown, prefix = ''): Record<string, number> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) =>
      typeof inner === 'number' && Number.isFinite(inner) ? { [prefix + key]: inner } : numbersOf(inner, `${prefix}${key}.`),
    ),
  ) as Record<string, number>;
}

/** rollout: a row that the rollouts room reads; one for each execution and step. */
async function askRollout({ db, now_ms }: ActRooms, context: ActContext): Promise<ActResult> {
  const setting = settingsOf(context);
  const { model: _model, version: _version, ...rest } = context.step.definition.with ?? {};
  const settings = Object.fromEntries(Object.keys(rest).map((name) => [name, setting(name)]));
  const key = `${context.step.execution}/${context.step.name}`;
  const id = await insertRolloutRequest(db, {
    key,
    execution: context.step.execution,
    model: setting('model'),
    version: versionOf(setting('version')),
    settings,
    at_ms: now_ms(),
  });
  await context.log(`asked for a rollout of ${setting('model')} version ${setting('version')}`);
  return { outputs: { request: String(id) } };
}
