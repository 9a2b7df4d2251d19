// agent/install: what is asked of the install: a bundle, or to run none. Nothing asked is neither: the device keeps what it has.

import type { DesiredAssignment, DesiredState } from '@holdfast/protocol';

export type Wish = DesiredAssignment | { readonly rollout: string; readonly bundle: null };

/** Null where the server has asked for nothing yet. */
export function wishOf({ assignment, no_bundle }: Pick<DesiredState, 'assignment' | 'no_bundle'>): Wish | null {
  return assignment ?? (no_bundle ? { rollout: no_bundle.rollout, bundle: null } : null);
}

export function isSame(a: Wish | null, b: Wish | null): boolean {
  return a !== null && b !== null && a.rollout === b.rollout && a.bundle?.digest === b.bundle?.digest;
}
