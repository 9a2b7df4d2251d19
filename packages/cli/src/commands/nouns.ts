// The nouns: `holdfast <noun> <verb>`, each a thin call of one route. Every read command takes --json[=fields].
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import { type StepDefinition } from '@holdfast/protocol/rest';
import { printOne, printRows, say, time } from '../output.ts';
import { clientOf, collectLabel, outputOf, wholeNumber } from '../settings.ts';
import { putFile } from '../upload.ts';

export function addNouns(program: Command): void {
  devices(program);
  groups(program);
  models(program);
  datasets(program);
  runs(program);
  watch(program);
  workflows(program);
  rollouts(program);
  people(program);
}

function devices(program: Command): void {
  const noun = program.command('device').description('devices of the fleet');
  noun
    .command('ls')
    .description('list devices')
    .option('--selector <labels>', 'key=value[,key=value]')
    .action(async (options: { selector?: string }, command: Command) => {
      const { devices: found } = await clientOf(command).call('deviceList', { query: { selector: options.selector } });
      const rows = found.map((d) => ({ ...d, version: d.current ? `${d.current.model}@${d.current.model_version}` : null, seen: time(d.last_seen_ms) }));
      printRows(rows, ['id', 'name', 'state', 'version', 'drifted', 'seen'], outputOf(command));
    });
  noun.command('show <device>').description('one device, by id or name').action(async (id: string, _o: object, command: Command) => printOne(await clientOf(command).call('deviceShow', { params: { id } }), outputOf(command)));
  noun
    .command('token')
    .description('make a join token, and print the address to join at')
    .option('--uses <n>', 'devices that may join with it', wholeNumber('--uses', 1), 1)
    .option('--label <key=value>', 'a label that every device gets; may be given again', collectLabel, {})
    .action(async (options: { uses: number; label: Record<string, string> }, command: Command) => {
      const made = await clientOf(command).call('joinTokenCreate', { body: { uses_max: options.uses, labels: options.label } });
      if (outputOf(command).json !== undefined) return printOne(made, outputOf(command));
      process.stdout.write(`${made.address}\n`);
      say(`next, on the device: npx holdfast join ${made.address} -- COMMAND`);
    });
  noun.command('rm <device>').description('remove a device: it is cut off within a minute').action(async (id: string, _o: object, command: Command) => {
    await clientOf(command).call('deviceRemove', { params: { id } });
    say(`removed ${id}`);
  });
}

function groups(program: Command): void {
  const noun = program.command('group').description('device groups: saved selectors');
  noun.command('ls').description('list groups').action(async (_o: object, command: Command) => printRows((await clientOf(command).call('groupList', {})).groups, ['name', 'selector', 'devices'], outputOf(command)));
  noun.command('set <name> <selector>').description('make or change a group').action(async (name: string, selector: string, _o: object, command: Command) => printOne(await clientOf(command).call('groupPut', { params: { name }, body: { selector } }), outputOf(command)));
  noun.command('rm <name>').description('remove a group').action(async (name: string, _o: object, command: Command) => void (await clientOf(command).call('groupDelete', { params: { name } })));
}

function models(program: Command): void {
  const noun = program.command('model').description('models and their versions');
  noun.command('ls').description('list models').action(async (_o: object, command: Command) => {
    const { models: found } = await clientOf(command).call('modelList', {});
    printRows(found.map((m) => ({ ...m, newest: m.versions[0]?.version ?? null, champion: m.aliases.find((a) => a.alias === 'champion')?.version ?? null })), ['name', 'newest', 'champion'], outputOf(command));
  });
  noun.command('show <name>').description('one model with its versions').action(async (name: string, _o: object, command: Command) => {
    const model = await clientOf(command).call('modelShow', { params: { name } });
    if (outputOf(command).json !== undefined) return printOne(model, outputOf(command));
    printRows(model.versions.map((v) => ({ ...v, devices: v.running_on.length, created: time(v.created_ms) })), ['version', 'aliases', 'devices', 'created', 'digest'], outputOf(command));
  });
  noun.command('register <name> <file>').description('register a model file as the next version').action(async (name: string, file: string, _o: object, command: Command) => {
    const client = clientOf(command);
    printOne(await client.call('modelRegister', { params: { name }, body: { digest: await putFile(client, file) } }), outputOf(command));
  });
  noun
    .command('alias <name> <alias> <version>')
    .description('move an alias to a version')
    .requiredOption('--reason <text>', 'why; it stands in the audit')
    .action(async (name: string, alias: string, version: string, options: { reason: string }, command: Command) =>
      printOne(await clientOf(command).call('aliasPut', { params: { name, alias }, body: { version: wholeNumber('VERSION', 1)(version), reason: options.reason } }), outputOf(command)),
    );
  program
    .command('bundle')
    .description('signed installables')
    .command('build <model> <version>')
    .description('build and sign the bundle of a version')
    .requiredOption('--pipeline <file>', 'the pipeline JSON')
    .requiredOption('--profile <file>', 'the reference profile')
    .option('--target <os/arch>', 'platform, such as linux/arm64', 'any/any')
    .action(async (name: string, version: string, options: { pipeline: string; profile: string; target: string }, command: Command) => {
      const client = clientOf(command);
      const [os = 'any', arch = 'any'] = options.target.split('/');
      const body = { target: { os, arch }, pipeline: await putFile(client, options.pipeline), profile: await putFile(client, options.profile) };
      printOne(await client.call('bundleBuild', { params: { name, version: wholeNumber('VERSION', 1)(version) }, body }), outputOf(command));
    });
}

function datasets(program: Command): void {
  const noun = program.command('dataset').description('datasets and their versions');
  noun.command('ls').description('list datasets').action(async (_o: object, command: Command) => {
    const { datasets: found } = await clientOf(command).call('datasetList', {});
    printRows(found.map((d) => ({ ...d, newest: d.versions[0]?.version ?? null, files: d.versions[0]?.files.length ?? 0, bytes: d.versions[0]?.size_bytes ?? 0 })), ['name', 'newest', 'files', 'bytes'], outputOf(command));
  });
  noun.command('show <name>').description('one dataset with its versions').action(async (name: string, _o: object, command: Command) => {
    const { versions } = await clientOf(command).call('datasetShow', { params: { name } });
    printRows(versions.map((v) => ({ ...v, created: time(v.created_ms) })), ['version', 'files', 'size_bytes', 'created', 'note'], outputOf(command));
  });
  noun
    .command('add <name> <folder>')
    .description('make a version from a folder; files that the server has are not sent again')
    .option('--note <text>', 'what is new in it', '')
    .action(async (name: string, folder: string, options: { note: string }, command: Command) => {
      const { addFolder } = await import('../upload.ts');
      const client = clientOf(command);
      printOne(await client.call('datasetCommit', { params: { name }, body: { files: await addFolder(client, folder), note: options.note } }), outputOf(command));
    });
}

function runs(program: Command): void {
  program.command('experiment').description('experiments').command('ls').description('list experiments').action(async (_o: object, command: Command) => printRows((await clientOf(command).call('experimentList', {})).experiments, ['name', 'runs'], outputOf(command)));
  const noun = program.command('run').description('runs of experiments');
  noun.command('ls').description('list runs').option('--experiment <name>', 'of this experiment').action(async (options: { experiment?: string }, command: Command) => {
    const found = (await clientOf(command).call('runList', { query: { experiment: options.experiment } })).runs;
    printRows(found.map((r) => ({ ...r, started: time(r.started_ms) })), ['id', 'experiment', 'name', 'state', 'started'], outputOf(command));
  });
  noun.command('show <id>').description('one run').action(async (id: string, _o: object, command: Command) => printOne(await clientOf(command).call('runShow', { params: { id } }), outputOf(command)));
}

function watch(program: Command): void {
  const monitor = program.command('monitor').description('monitors: rules for verdicts');
  monitor.command('ls').description('list monitors').action(async (_o: object, command: Command) => printRows((await clientOf(command).call('monitorList', {})).monitors, ['name', 'model', 'false_alarms_per_device_month', 'distance_min', 'verdicts', 'drifted'], outputOf(command)));
  program
    .command('drift')
    .description('drift by device and feature')
    .command('show')
    .description('the last verdicts')
    .option('--model <name>', 'of this model')
    .option('--device <name>', 'of this device')
    .option('--fail-on-drift', 'exit code 8 where something is drifted')
    .action(async (options: { model?: string; device?: string; failOnDrift?: boolean }, command: Command) => {
      const map = await clientOf(command).call('driftMap', { query: { model: options.model } });
      const names = new Map(map.devices.map((d) => [d.id, d.name]));
      const rows = map.cells.map((c) => ({ ...c, device: names.get(c.device) ?? c.device, at: time(c.at_ms) })).filter((c) => options.device === undefined || c.device === options.device);
      printRows(rows, ['device', 'feature', 'distance', 'p_value', 'drifted', 'at'], outputOf(command));
      const drifted = rows.find((c) => c.drifted);
      if (options.failOnDrift && drifted) throw failure('HF-CLI-007', { reason: `${drifted.device} ${drifted.feature} is drifted` });
    });
  const alert = program.command('alert').description('alerts');
  alert.command('ls').description('list alerts').option('--open', 'open ones only').action(async (options: { open?: boolean }, command: Command) => {
    const { alerts } = await clientOf(command).call('alertList', { query: options.open ? { state: 'open' } : {} });
    printRows(alerts.map((a) => ({ ...a, since: time(a.since_ms), on: a.devices.map((d) => d.name) })), ['id', 'state', 'since', 'on', 'title'], outputOf(command));
  });
  alert.command('show <id>').description('one alert').action(async (id: string, _o: object, command: Command) => printOne(await clientOf(command).call('alertShow', { params: { id } }), outputOf(command)));
  alert.command('ack <id>').description('say that you look after it').requiredOption('--reason <text>', 'what you do about it').action(async (id: string, options: { reason: string }, command: Command) => printOne(await clientOf(command).call('alertAck', { params: { id }, body: options }), outputOf(command)));
  const trigger = program.command('trigger').description('triggers: from alert to workflow');
  trigger.command('ls').description('list triggers').action(async (_o: object, command: Command) => printRows((await clientOf(command).call('triggerList', {})).triggers, ['name', 'workflow', 'cooldown_ms', 'enabled', 'firings'], outputOf(command)));
}

function workflows(program: Command): void {
  const noun = program.command('workflow').description('workflows and executions');
  noun.command('ls').description('list executions, newest first').action(async (_o: object, command: Command) => {
    const { executions } = await clientOf(command).call('executionList', {});
    printRows(executions.map((e) => ({ ...e, started: time(e.created_ms) })), ['id', 'workflow', 'state', 'started', 'cause'], outputOf(command));
  });
  noun.command('set <name> <file>').description('make or change a workflow from a JSON file: {"steps": [...]}').action(async (name: string, file: string, _o: object, command: Command) => {
    const body = JSON.parse(await readFile(file, 'utf8')) as { steps: StepDefinition[] };
    printOne(await clientOf(command).call('workflowPut', { params: { name }, body }), outputOf(command));
  });
  noun.command('start <name>').description('start a workflow').option('--param <key=value>', 'a parameter; may be given again', collectLabel, {}).action(async (name: string, options: { param: Record<string, string> }, command: Command) => {
    const execution = await clientOf(command).call('executionStart', { params: { name }, body: { params: options.param } });
    printOne({ id: execution.id, state: execution.state }, outputOf(command));
    say(`next: holdfast workflow show ${execution.id}`);
  });
  noun.command('show <execution>').description('the steps of an execution').action(async (id: string, _o: object, command: Command) => {
    const execution = await clientOf(command).call('executionShow', { params: { id } });
    if (outputOf(command).json !== undefined) return printOne(execution, outputOf(command));
    printRows(execution.steps, ['name', 'kind', 'state', 'attempt', 'worker', 'wait_reason', 'error'], outputOf(command));
  });
  noun.command('cancel <execution>').description('cancel an execution').action(async (id: string, _o: object, command: Command) => void (await clientOf(command).call('executionCancel', { params: { id } })));
}

function rollouts(program: Command): void {
  const noun = program.command('rollout').description('rollouts: a version on its way to devices');
  const shown = ['id', 'model', 'model_version', 'state', 'reason'];
  noun.command('ls').description('list rollouts').action(async (_o: object, command: Command) => printRows((await clientOf(command).call('rolloutList', {})).rollouts, shown, outputOf(command)));
  noun.command('show <id>').description('one rollout, a line a wave').action(async (id: string, _o: object, command: Command) => {
    const rollout = await clientOf(command).call('rolloutShow', { params: { id } });
    if (outputOf(command).json !== undefined) return printOne(rollout, outputOf(command));
    say(`${rollout.state}: ${rollout.reason}`);
    printRows(rollout.waves.map((w) => ({ number: w.number, state: w.state, devices: w.devices, ...w.counts })), ['number', 'state', 'devices', 'pending', 'downloading', 'installed', 'healthy', 'failed', 'cancelled'], outputOf(command));
  });
  noun
    .command('create <model> <version>')
    .description('bring a version to devices')
    .option('--selector <labels>', 'devices; without it all', '')
    .option('--waves <list>', 'growing totals, such as 1,25%,100%')
    .option('--watch-ms <n>', 'how long a healthy wave is watched', wholeNumber('--watch-ms'))
    .action(async (model: string, version: string, options: { selector: string; waves?: string; watchMs?: number }, command: Command) => {
      const body = { model, version: wholeNumber('VERSION', 1)(version), selector: options.selector, ...(options.waves ? { waves: options.waves.split(',') } : {}), ...(options.watchMs === undefined ? {} : { watch_ms: options.watchMs }) };
      const rollout = await clientOf(command).call('rolloutCreate', { body });
      printOne({ id: rollout.id, state: rollout.state, reason: rollout.reason }, outputOf(command));
    });
  for (const verb of ['pause', 'resume', 'abort'] as const) {
    const route = { pause: 'rolloutPause', resume: 'rolloutResume', abort: 'rolloutAbort' } as const;
    noun.command(`${verb} <id>`).description(`${verb} a rollout`).action(async (id: string, _o: object, command: Command) => {
      const { state, reason } = await clientOf(command).call(route[verb], { params: { id } });
      printOne({ id, state, reason }, outputOf(command));
    });
  }
}

function people(program: Command): void {
  const user = program.command('user').description('users');
  user.command('ls').description('list users').action(async (_o: object, command: Command) => printRows((await clientOf(command).call('userList', {})).users, ['name', 'role'], outputOf(command)));
  user
    .command('set <name> <role>')
    .description('make a user, or set role and passphrase; the passphrase is read from HOLDFAST_PASSPHRASE')
    .action(async (name: string, role: string, _o: object, command: Command) => {
      const roles = ['viewer', 'editor', 'admin'] as const;
      const known = roles.find((r) => r === role);
      if (!known) throw failure('HF-CLI-006', { option: 'ROLE', saw: role, expected: roles.join(', '), command: 'user set' });
      printOne(await clientOf(command).call('userPut', { body: { name, role: known, passphrase: process.env['HOLDFAST_PASSPHRASE'] ?? '' } }), outputOf(command));
    });
  user.command('rm <name>').description('remove a user').action(async (name: string, _o: object, command: Command) => void (await clientOf(command).call('userDelete', { params: { name } })));
  const token = program.command('token').description('API tokens');
  token.command('ls').description('list tokens').action(async (_o: object, command: Command) => printRows((await clientOf(command).call('tokenList', {})).tokens.map((t) => ({ ...t, expires: time(t.expires_ms) })), ['id', 'name', 'role', 'expires'], outputOf(command)));
  token.command('create <name>').description('make a token; its secret is printed once').option('--role <role>', 'viewer, editor or admin', 'viewer').option('--days <n>', 'days until it expires', wholeNumber('--days', 1), 90).action(async (name: string, options: { role: string; days: number }, command: Command) => {
    const made = await clientOf(command).call('tokenCreate', { body: { name, role: options.role as 'viewer', expires_in_ms: options.days * 86_400_000 } });
    if (outputOf(command).json !== undefined) return printOne(made, outputOf(command));
    process.stdout.write(`${made.secret}\n`);
  });
  token.command('rm <id>').description('revoke a token').action(async (id: string, _o: object, command: Command) => void (await clientOf(command).call('tokenDelete', { params: { id } })));
  program.command('audit').description('changes').command('ls').description('list changes, newest first').option('--object <name>', 'of this object').action(async (options: { object?: string }, command: Command) => {
    const { rows } = await clientOf(command).call('audit', { query: { object: options.object } });
    printRows(rows.map((r) => ({ ...r, at: time(r.at_ms) })), ['at', 'actor', 'action', 'object', 'from'], outputOf(command));
  });
}
