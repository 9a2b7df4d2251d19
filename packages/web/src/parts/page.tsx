// web/parts: the head of a page: where it is, what it is called, what can be done. It names the browser's tab too.
import { type ReactNode, useEffect } from 'react';
import { To } from './to.tsx';

interface PageHeadProps {
  readonly title: string;
  /** Pages above it: name and path. */
  readonly above?: readonly (readonly [string, string])[];
  readonly state?: ReactNode;
  readonly actions?: ReactNode;
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Holdfast' ? title : `${title} · Holdfast`;
  }, [title]);
}

export function PageHead({ title, above = [], state, actions }: PageHeadProps) {
  useTitle(title);
  return (
    <div className="page-head">
      {above.length > 0 ? (
        <nav className="crumbs" aria-label="Pages above">
          {above.map(([name, href]) => (
            <span key={href}>
              <To href={href}>{name}</To> /
            </span>
          ))}
        </nav>
      ) : null}
      <h1>{title}</h1>
      {state}
      <span className="grow" />
      {actions ? <div className="actions">{actions}</div> : null}
    </div>
  );
}
