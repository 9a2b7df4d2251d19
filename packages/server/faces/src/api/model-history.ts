// Which version was in Production when: the changes of the aliases, stages and project of a model, out of the audit.
import type { ModelChange } from '@holdfast/protocol/rest';
import { project_tag } from '@holdfast/postgres';
import type { Rooms } from '../rooms.ts';

type Audited = Awaited<ReturnType<Rooms['access']['auditOfModel']>>[number];
type Fields = Readonly<Record<string, unknown>> | null;
const text = (of: Fields, field: string): string | null => {
  const value = of?.[field];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
};

/** Under the name that the model has now; of before its last change of name the audit tells. */
export async function modelHistory({ access, registry }: Pick<Rooms, 'access' | 'registry'>, name: string, limit: number): Promise<ModelChange[]> {
  const { created_ms } = await registry.model(name);
  return (await access.auditOfModel(name, created_ms, limit)).flatMap((row) => change(row) ?? []);
}

function change(row: Audited): ModelChange | null {
  const [before, after] = [row.before as Fields, row.after as Fields];
  const [, part = ''] = row.object.split('/');
  const base = { at_ms: row.at_ms, by: row.actor, name: null, version: null, reason: text(after, 'reason') ?? '' };
  if (row.action.startsWith('alias.')) return { ...base, kind: 'alias', name: part, before: text(before, 'version'), after: text(after, 'version') };
  if (row.action === 'version.stage' && text(before, 'stage') === text(after, 'stage')) return null; // moved to where it was
  if (row.action === 'version.stage') return { ...base, kind: 'stage', version: Number(part), before: text(before, 'stage'), after: text(after, 'stage') };
  if (row.action === 'version.delete') return { ...base, kind: 'deleted', version: Number(part), before: aliasesOf(before), after: null };
  if (row.action === 'model.rename') return { ...base, kind: 'name', before: text(before, 'name'), after: text(after, 'name') };
  if ((text(before, 'key') ?? text(after, 'key')) !== project_tag) return null; // a tag that says nothing of where the model belongs
  return { ...base, kind: 'project', before: text(before, 'value'), after: text(after, 'value') };
}

/** The aliases that went with a version, as one text. */
const aliasesOf = (before: Fields): string | null => (Array.isArray(before?.['aliases']) ? before['aliases'].join(', ') || null : null);
