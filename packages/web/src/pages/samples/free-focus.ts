// web/samples: takes the focus that nothing has: that of a page just opened, or of what has gone from the screen; never that of something chosen.
import { useEffect } from 'react';

export function useFreeFocus(on: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const here = document.activeElement;
    if (here === document.body || here === null || here.tagName === 'MAIN') on.current?.focus({ preventScroll: true });
  }, [on]);
}
