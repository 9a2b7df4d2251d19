// web/samples: what a key does to the sample on the screen. Pure.
export type Deed = { readonly kind: 'label'; readonly label: number } | { readonly kind: 'dismiss' } | { readonly kind: 'next' } | { readonly kind: 'back' };

interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** 0 to 9 say what it shows, `u` that nobody can tell; right, left and `s` move. What is not one of its keys is left to the browser: null. */
export function deedOf({ key, ctrlKey, metaKey, altKey }: Press, classes: number): Deed | null {
  if (ctrlKey || metaKey || altKey) return null;
  if (/^[0-9]$/.test(key)) return Number(key) < classes ? { kind: 'label', label: Number(key) } : null;
  if (key === 'u') return { kind: 'dismiss' };
  if (key === 'ArrowRight' || key === 's') return { kind: 'next' };
  return key === 'ArrowLeft' ? { kind: 'back' } : null;
}
