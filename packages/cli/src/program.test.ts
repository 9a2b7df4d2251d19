import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Argument, Command, Option } from 'commander';
import { lookUp } from '@holdfast/base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Done, run } from '../test/run.ts';
import { everyCommand, makeProgram } from './program.ts';
import { commandPath } from './usage.ts';

/** They start a process of their own, which other tests do: here they are only held to what they say of wrong usage. */
const starting = ['up', 'agent', 'supervise', 'worker'];
/** They need no server. */
const local = ['doctor', 'explain', 'model profile', 'bundle verify', 'drift stream', 'drift test', 'drift check', 'drift monitor'];

let folder: string;
let away: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'holdfast-walk-'));
  await mkdir(path.join(folder, 'folder'));
  await writeFile(path.join(folder, 'folder', 'file'), '{"steps": []}');
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  away = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve)); // nobody listens there from now on
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const leaves = (): Command[] => everyCommand(makeProgram()).filter((c) => c.commands.length === 0);
const runAway = (args: readonly string[]): Promise<Done> => run(args, { HOLDFAST_SERVER: away, HOLDFAST_TOKEN: 'x', HOLDFAST_PASSPHRASE: 'correct horse' });

/** What is wrong with how a command failed: null where it says a code of the catalogue in three lines, and ends with its exit code. */
function complaint({ code, stdout, stderr }: Done, wanted: readonly string[]): string | null {
  const said = /^(HF-[A-Z]+-\d{3}): .+\n.+\nMore: holdfast explain \1\n$/.exec(stderr)?.[1];
  if (!said) return `said ${stderr}`;
  if (lookUp(said)?.exit !== code) return `${said} ended with ${code}`;
  if (/\{\w+\}/.test(stderr)) return `leaves a place empty: ${stderr}`;
  if (stdout !== '') return `printed ${stdout}`;
  return wanted.includes(said) ? null : `${said}, expected ${wanted.join(' or ')}: ${stderr}`;
}

const isFile = (name: string): boolean => /^(?:file|folder|reference|current)$/.test(name);
/** What an option does not come without. */
const beside = (name: string, option: string, place: string): string[] =>
  name === 'model profile' ? ['--pipeline', place, ...(option === '--csv' ? [] : ['--images', place])] : [];
const takesFile = (option: Option): boolean => /<(?:file|place)>/.test(option.flags) && option.short !== '-o';
function valueOf(argument: Argument, place: string): string {
  if (isFile(argument.name())) return argument.name() === 'folder' ? path.dirname(place) : place;
  return argument.argChoices?.[0] ?? (argument.parseArg ? '1' : argument.name() === 'address' ? away.replace('http', 'hf').concat('/hfj_x') : 'x');
}
const server_options = ['--from', '--to'];
function optionValue(option: Option, place: string): string {
  if (takesFile(option)) return place;
  if (option.flags.endsWith('<time>')) return '1d';
  if (server_options.includes(option.long!)) return 'http://127.0.0.1:9';
  return option.short === '-o' ? path.join(folder, 'out') : 'x';
}

/** The command with everything that it asks for; files stand at the place. */
function filled(command: Command, place: string, more: readonly string[] = []): string[] {
  const given = command.registeredArguments.filter((a) => a.required || isFile(a.name())).map((a) => valueOf(a, place));
  const asked = command.options.filter((o) => o.mandatory).flatMap((o) => [o.long!, optionValue(o, place)]);
  return [...commandPath(command).split(' '), ...given, ...asked, ...more];
}

async function walk(over: readonly Command[], look: (command: Command, name: string) => Promise<string | null>): Promise<string[]> {
  const wrong: string[] = [];
  for (const command of over) {
    const found = await look(command, commandPath(command));
    if (found !== null) wrong.push(`${commandPath(command)}: ${found}`);
  }
  return wrong;
}

describe('every command', () => {
  it('without arguments runs, or says what it expects', async () => {
    const over = leaves().filter((c) => !starting.includes(commandPath(c)) && !local.includes(commandPath(c)));
    expect(over.length).toBeGreaterThan(60);
    const wrong = await walk(over, async (command, name) => {
      const asks = [...command.registeredArguments.filter((a) => a.required), ...command.options.filter((o) => o.mandatory)].length > 0;
      const optional = ['sample label'];
      return complaint(await runAway(name.split(' ')), asks || optional.includes(name) ? ['HF-CLI-008'] : ['HF-CLI-003']);
    });
    expect(wrong).toEqual([]);
    for (const name of ['supervise', 'model profile', 'bundle verify']) expect(complaint(await run(name.split(' ')), ['HF-CLI-008']), name).toBeNull();
  });

  it('says which options there are where one is unknown', async () => {
    const wrong = await walk(leaves(), async (command) => {
      const done = await runAway(filled(command, path.join(folder, 'folder', 'file'), ['--no-such-option']));
      return complaint(done, ['HF-CLI-008']) ?? (done.stderr.includes('--no-such-option') && done.stderr.includes('--server') ? null : done.stderr);
    });
    expect(wrong).toEqual([]);
  });

  it('names a file that does not exist', async () => {
    const absent = path.join(folder, 'nowhere', 'file');
    const asking = leaves().filter((c) => c.registeredArguments.some((a) => isFile(a.name())) || c.options.some(takesFile));
    expect(asking.map(commandPath)).toEqual(expect.arrayContaining(['workflow set', 'model register', 'dataset add', 'bundle build', 'sample label']));
    const wrong = await walk(
      asking.filter((c) => !starting.includes(commandPath(c)) && commandPath(c) !== 'join'),
      async (command) => {
        const choices = command.options
          .filter((o) => takesFile(o) && !o.mandatory && o.long !== '--file')
          .map((o) => [...beside(commandPath(command), o.long!, absent), o.long!, absent]);
        for (const more of choices.length === 0 ? [[]] : choices) {
          const done = await runAway(filled(command, absent, more));
          const found = complaint(done, ['HF-CLI-009']) ?? (done.stderr.includes('nowhere') ? null : done.stderr);
          if (found !== null) return found;
        }
        return null;
      },
    );
    expect(wrong).toEqual([]);
  });

  it('says that the server does not answer, with the exit code for it', async () => {
    const file = path.join(folder, 'folder', 'file');
    const over = leaves().filter((c) => !starting.includes(commandPath(c)) && !local.includes(commandPath(c)));
    const wrong = await walk(over, async (command, name) => {
      const more =
        {
          'sample label': ['1', '2'],
          'bundle build': ['--warm-up'],
          'channel set': ['--slack', 'http://hooks.invalid/'],
          'run log': ['--state', 'failed'],
          'grant set': ['--user', 'a', '--model', 'b'],
          'project move': ['--model', 'b'],
          join: ['--data', path.join(folder, 'device')],
        }[name] ?? [];
      return complaint(
        await runAway(filled(command, file, more)),
        name === 'join' ? ['HF-AGENT-004'] : name === 'answer label' ? ['HF-CLI-010'] : ['HF-CLI-003'],
      );
    });
    expect(wrong).toEqual([]);
  });

  it('has a help with one example', async () => {
    const wrong = await walk(leaves(), async (_, name) => {
      const { code, stdout } = await run([...name.split(' '), '--help']);
      return code === 0 && stdout.split(`\n  $ holdfast ${name}`).length === 2 ? null : stdout;
    });
    expect(wrong).toEqual([]);
  });
});

describe('an error', () => {
  it('is one JSON object on stderr with --json, from wrong usage to the server', async () => {
    for (const [args, code, exit] of [
      [['device', 'ls', '--json', '--nope'], 'HF-CLI-008', 2],
      [['device', 'show', '--json'], 'HF-CLI-008', 2],
      [['device', 'ls', '--json'], 'HF-CLI-003', 7],
      [['explain', 'HF-NO-999', '--json=code'], 'HF-CLI-004', 3],
    ] as const) {
      const done = await runAway(args);
      expect(JSON.parse(done.stderr)).toEqual({ code, message: expect.any(String) as string, hint: expect.any(String) as string, exit, retryable: exit === 7 });
      expect([done.code, done.stdout]).toEqual([exit, '']);
    }
  });

  it('suggests what was meant, and lists the verbs of a noun', async () => {
    expect((await run(['devise', 'ls'])).stderr).toContain('did you mean device?');
    expect((await run(['device', 'sow', 'x'])).stderr).toContain('did you mean show?');
    expect((await run(['workflow'])).stderr).toContain('expected one of ls, show, set, run');
    expect((await run(['token', 'make', 'x', '--role', 'boss'])).stderr).toContain('saw "boss", expected one of guest, viewer, editor, admin.');
    expect((await run(['audit', '--limit', '0'])).stderr).toContain('--limit <n>: saw "0", expected a whole number from 1 to 1000.');
    expect((await run(['status', '--server', 'ftp://x'])).stderr).toContain('HF-CLI-006: --server');
  });

  it('leaves the words after --json alone, and those behind --', async () => {
    const { stdout } = await run(['explain', '--json', 'HF-FLEET-001']);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'HF-FLEET-001', exit: 4 });
  });
});

describe('holdfast explain', () => {
  it('prints the sentence, the hint, the status and the exit code of every code', async () => {
    const { stdout } = await run(['explain', '--json=code']);
    const codes = (JSON.parse(stdout) as { code: string }[]).map((row) => row.code);
    expect(codes.length).toBeGreaterThan(80);
    for (const code of codes) {
      const { says, hint, status, exit } = lookUp(code)!;
      const lines = [...(await run(['explain', code])).stdout.matchAll(/^(\w+) {2,}(.*)$/gm)].map(([, name, value]) => [name!, value!]);
      expect(Object.fromEntries(lines)).toMatchObject({ code, says, hint, status: String(status), exit: String(exit) });
    }
  });
});
