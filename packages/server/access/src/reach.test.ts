import { sees } from '@holdfast/postgres';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Deed, type Held, type Level, Reach, type Thing, levels } from './reach.ts';
import type { UserRole } from './types.ts';

const roles: readonly UserRole[] = ['guest', 'viewer', 'editor', 'admin'];
const deeds: readonly Deed[] = ['read', 'edit', 'remove', 'share'];
const projects = ['default', 'vision', 'sound'];

const level = fc.constantFrom(...levels);
const held: fc.Arbitrary<Held> = fc.oneof(
  fc.record({ kind: fc.constantFrom('experiment' as const, 'model' as const), object: fc.nat(4).map(String), level }),
  fc.record({ kind: fc.constant('project' as const), object: fc.constantFrom(...projects), level }),
);
const grants = fc.uniqueArray(held, { maxLength: 8, selector: ({ kind, object }) => `${kind}/${object}` });
const thing: fc.Arbitrary<Thing> = fc.record({
  kind: fc.constantFrom('experiment' as const, 'model' as const),
  id: fc.nat(4),
  project: fc.constantFrom(...projects),
});

/** The rule as the decision writes it, line by line. */
function naive(role: UserRole, own: string | null, all: readonly Held[], deed: Deed, of: Thing): boolean {
  if (role === 'admin') return true;
  const found =
    all.find((one) => one.kind === of.kind && one.object === String(of.id)) ?? all.find((one) => one.kind === 'project' && one.object === of.project);
  const by: Level | undefined = found?.level ?? (role === 'guest' && own === of.project ? 'edit' : undefined);
  if (by !== undefined) return levels.indexOf(by) >= levels.indexOf(deed === 'read' || deed === 'edit' ? deed : 'manage');
  if (deed === 'share' || role === 'guest') return false;
  return deed === 'read' || role === 'editor';
}

describe('what somebody may do', () => {
  it('is what the most specific grant says, then the project, then the role', () => {
    fc.assert(
      fc.property(fc.constantFrom(...roles), fc.option(fc.constantFrom(...projects)), grants, thing, (role, own, all, of) => {
        const reach = new Reach(role, own, all);
        for (const deed of deeds) expect(reach.may(deed, of)).toBe(naive(role, own, all, deed, of));
      }),
    );
  });

  it('and what searches show are the same', () => {
    fc.assert(
      fc.property(fc.constantFrom(...roles), fc.option(fc.constantFrom(...projects)), grants, thing, (role, own, all, of) => {
        const reach = new Reach(role, own, all);
        const sight = reach.sight(of.kind);
        expect(sight === null || sees(sight, of)).toBe(reach.may('read', of));
        if (reach.free) for (const deed of deeds) expect(reach.may(deed, of)).toBe(new Reach(role, null, []).may(deed, of));
      }),
    );
  });

  it('never grows by a lower level', () => {
    fc.assert(
      fc.property(fc.constantFrom(...roles), grants, thing, (role, all, of) => {
        const lower = all.map((one) => ({ ...one, level: levels[Math.max(0, levels.indexOf(one.level) - 1)]! }));
        for (const deed of deeds) if (new Reach(role, null, lower).may(deed, of)) expect(new Reach(role, null, all).may(deed, of)).toBe(true);
      }),
    );
  });
});

describe('the project of what is made', () => {
  it('is that of the token, else the only one that a guest may edit, else the default', () => {
    const edit = (object: string): Held => ({ kind: 'project', object, level: 'edit' });
    expect(new Reach('guest', 'vision', [edit('sound')]).home).toBe('vision');
    expect(new Reach('guest', null, [edit('sound')]).home).toBe('sound');
    expect(new Reach('guest', null, [edit('sound'), edit('vision')]).home).toBe('default');
    expect(new Reach('guest', null, [{ kind: 'project', object: 'sound', level: 'read' }]).home).toBe('default');
    expect(new Reach('editor', null, [edit('sound')]).home).toBe('default');
    expect(new Reach('editor', 'vision', []).home).toBe('vision');
  });
});
