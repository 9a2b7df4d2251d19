// Handlers of grants and projects. Whoever manages an object gives grants on it; what may not be read is not there.
import { type GrantRow, type Granted, type Principal, subjectOf } from '@holdfast/access';
import { failure } from '@holdfast/base';
import { project_tag } from '@holdfast/postgres';
import type { GrantView, ProjectView } from '@holdfast/protocol/rest';
import type { May } from '../may.ts';
import type { FaceOptions } from '../rooms.ts';
import type { Handlers } from './call.ts';

const shown_max = 1_000;
interface Named {
  readonly kind: Granted['kind'];
  readonly name: string;
}

export function grantHandlers({ rooms: { access, registry, tracking } }: FaceOptions) {
  const { grants } = access;
  const missing = ({ kind, name }: Named): Error => failure('HF-REQ-004', { kind, name });
  const placeOf = ({ kind, name }: Named) => (kind === 'model' ? registry.places.model(name) : tracking.places.experimentByName(name));

  /** The object as grants name it, for whoever may give grants on it. */
  const shared = async (may: May, object: Named): Promise<Granted> => {
    if (object.kind === 'project') {
      may.inProject(object.name, 'share');
      return { kind: object.kind, id: object.name };
    }
    const place = await placeOf(object);
    may.check(object.kind, place, 'share', missing(object));
    return { kind: object.kind, id: String(place!.id) };
  };
  const views = async (rows: readonly GrantRow[]): Promise<GrantView[]> => {
    const idsOf = (kind: Granted['kind']) => rows.filter((row) => row.object_kind === kind).map((row) => Number(row.object));
    const [tokens, experiments, models] = await Promise.all([
      access.listTokens(),
      tracking.places.names(idsOf('experiment')),
      registry.places.byId(idsOf('model')),
    ]);
    const labels = new Map(tokens.map((token) => [token.id, token.name]));
    const model_names = new Map(models.map((model) => [model.id, model.name]));
    const nameOf = ({ object_kind, object }: GrantRow) =>
      (object_kind === 'project' ? object : (object_kind === 'model' ? model_names : experiments).get(Number(object))) ?? object;
    return rows.map((row) => ({
      id: row.id,
      subject: { kind: row.subject_kind, name: row.subject, label: labels.get(row.subject) ?? row.subject },
      object: { kind: row.object_kind, name: nameOf(row) },
      level: row.level,
      created_ms: row.created_ms,
      created_by: row.created_by,
    }));
  };
  /** What whoever asks was granted; what is closed to them stays unsaid. */
  const ownGrants = async (principal: Principal | null, limit: number): Promise<GrantView[]> => {
    const own = principal && subjectOf(principal);
    const rows = own ? await grants.list({ subject_kind: own.kind, subject: own.name }, limit) : [];
    return views(rows.filter((row) => row.level !== 'none'));
  };

  return {
    grantList: async ({ query, principal, may }) => {
      const { object_kind, object: name, subject_kind, subject, limit = shown_max } = query;
      const object = object_kind === undefined || name === undefined ? undefined : await shared(may, { kind: object_kind, name });
      if (object === undefined && principal?.role !== 'admin') return { grants: await ownGrants(principal, limit) };
      return { grants: await views(await grants.list({ object_kind, object: object?.id, subject_kind, subject }, limit)) };
    },
    grantSet: async ({ body, by, may }) =>
      (await views([await grants.set({ subject: body.subject, object: await shared(may, body.object), level: body.level, by })]))[0]!,
    grantRemove: async ({ params, by, may }) => {
      const { object } = (await views([await grants.get(params.id)]))[0]!;
      const unknown = failure('HF-REQ-004', { kind: 'grant', name: params.id });
      if (object.kind !== 'project') may.check(object.kind, await placeOf(object), 'share', unknown);
      else if (!may.reach.mayIn(object.name, 'share')) throw unknown;
      await grants.remove(params.id, by);
      return { ok: true };
    },
    projectList: async ({ may }) => ({ projects: await projectsOf(may) }),
    projectMove: async ({ params, body, by, may }) => {
      const place = await placeOf(body);
      may.check(body.kind, place, 'remove', missing(body));
      may.inProject(params.name, 'edit');
      const tag = { key: project_tag, value: params.name };
      await (body.kind === 'model' ? registry.model_records.setTag(body.name, tag, by) : tracking.experiments.setTag(place!.id, tag, by));
      return { ok: true };
    },
  } satisfies Partial<Handlers>;

  async function projectsOf({ reach, experiments, models }: May): Promise<ProjectView[]> {
    const [tracked, registered, members] = await Promise.all([
      tracking.places.countProjects(experiments),
      registry.places.countProjects(models),
      grants.members(),
    ]);
    const members_of = new Map(members.map((one) => [one.project, one.members]));
    const seen = [...tracked, ...registered, ...members.filter((one) => reach.mayIn(one.project, 'read'))].map((one) => one.project);
    return [...new Set(seen)].toSorted().map((name) => {
      const { experiments: n = 0, runs = 0 } = tracked.find((one) => one.project === name) ?? {};
      const shown = reach.mayIn(name, 'share') ? (members_of.get(name) ?? 0) : null;
      return { name, experiments: n, runs, models: registered.find((one) => one.project === name)?.models ?? 0, members: shown };
    });
  }
}
