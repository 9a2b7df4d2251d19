// grant, project: who may do what with one experiment, model or project.
import { Argument, type Command } from 'commander';
import { failure } from '@holdfast/base';
import type { GrantView, Level } from '@holdfast/protocol/rest';
import { printDone, printOne, printRows, printSome } from '../../output.ts';
import { clientOf, outputOf } from '../../settings.ts';
import { verb, wholeNumber } from '../../verb.ts';

const levels = ['none', 'read', 'edit', 'manage'] as const;
interface Named {
  readonly user?: string;
  readonly forToken?: string;
  readonly experiment?: string;
  readonly model?: string;
  readonly project?: string;
}

export function addGrants(program: Command): void {
  const noun = program.command('grant').description('what users and tokens may do with an experiment, a model or a project');
  objects(subjects(verb(noun, 'ls', 'list grants: on one object, of one subject, or your own', 'grant ls --project vision')))
    .option('--limit <n>', 'how many', wholeNumber(1, 1000), 100)
    .action(list);
  objects(subjects(verb(noun, 'set', 'give a level, or change the one that is there', 'grant set read --user ada --experiment parts')))
    .addArgument(new Argument('<level>', 'read: see and download; edit: log and register too; manage: delete and give grants too').choices(levels))
    .action(set);
  verb(noun, 'rm', 'take a grant back', 'grant rm 7')
    .argument('<id>', 'number of the grant', wholeNumber())
    .action(async (id: number, _o: object, command: Command) => {
      await clientOf(command).call('grantRemove', { params: { id } });
      printDone(`took back grant ${id}`, { id, removed: true }, outputOf(command));
    });
  addProjects(program);
}

function addProjects(program: Command): void {
  const noun = program.command('project').description('projects: experiments and models that belong together');
  verb(noun, 'ls', 'list projects, with what you may see of them', 'project ls').action(async (_o: object, command: Command) =>
    printRows((await clientOf(command).call('projectList', {})).projects, ['name', 'experiments', 'runs', 'models', 'members'], outputOf(command)),
  );
  verb(noun, 'move <project>', 'move an experiment or a model into a project', 'project move vision --experiment parts')
    .option('--experiment <name>', 'this experiment, with its runs')
    .option('--model <name>', 'this model, with its versions')
    .action(move);
}

const subjects = (command: Command): Command => command.option('--user <name>', 'of this user').option('--for-token <id>', 'of the token with this id');
const objects = (command: Command): Command =>
  command.option('--experiment <name>', 'on this experiment').option('--model <name>', 'on this model').option('--project <name>', 'on this project');

/** The one of these that was given. Fails with HF-CLI-008 where there are several. */
function only<K extends string>(named: { readonly [k in K]: string | undefined }, help: string): { kind: K; name: string } | undefined {
  const given = (Object.entries(named) as [K, string | undefined][]).flatMap(([kind, name]) => (name === undefined ? [] : [{ kind, name }]));
  if (given.length <= 1) return given[0];
  throw failure('HF-CLI-008', { saw: `a ${given.map(({ kind }) => kind).join(' and a ')}`, expected: 'one of them', help });
}
const subjectOf = ({ user, forToken: token }: Named, help: string) => only({ user, token }, help);
const objectOf = ({ experiment, model, project }: Named, help: string) => only({ experiment, model, project }, help);

async function list({ limit, ...options }: Named & { limit: number }, command: Command): Promise<void> {
  const [subject, object] = [subjectOf(options, 'grant ls --help'), objectOf(options, 'grant ls --help')];
  const query = {
    limit,
    ...(subject ? { subject_kind: subject.kind, subject: subject.name } : {}),
    ...(object ? { object_kind: object.kind, object: object.name } : {}),
  };
  const { grants } = await clientOf(command).call('grantList', { query });
  printSome(grants.map(row), ['id', 'who', 'level', 'on', 'by'], limit, outputOf(command));
}
const row = (grant: GrantView) => ({
  ...grant,
  who: `${grant.subject.kind} ${grant.subject.label}`,
  on: `${grant.object.kind} ${grant.object.name}`,
  by: grant.created_by,
});

async function set(level: Level, options: Named, command: Command): Promise<void> {
  const [subject, object] = [subjectOf(options, 'grant set --help'), objectOf(options, 'grant set --help')];
  if (!subject) throw failure('HF-CLI-008', { saw: 'nobody', expected: '--user or --for-token', help: 'grant set --help' });
  if (!object) throw failure('HF-CLI-008', { saw: 'no object', expected: '--experiment, --model or --project', help: 'grant set --help' });
  printOne(await clientOf(command).call('grantSet', { body: { subject, object, level } }), outputOf(command));
}

async function move(project: string, { experiment, model }: Named, command: Command): Promise<void> {
  const body = only({ experiment, model }, 'project move --help');
  if (!body) throw failure('HF-CLI-008', { saw: 'nothing to move', expected: '--experiment or --model', help: 'project move --help' });
  await clientOf(command).call('projectMove', { params: { name: project }, body });
  printDone(`moved ${body.kind} ${body.name} to ${project}`, { ...body, project }, outputOf(command));
}
