// web/parts: names and values, one a line.
import { Fragment, type ReactNode } from 'react';

export const Facts = ({ of }: { of: readonly (readonly [string, ReactNode])[] }) => (
  <dl className="facts">
    {of.map(([name, value]) => (
      <Fragment key={name}>
        <dt>{name}</dt>
        <dd>{value}</dd>
      </Fragment>
    ))}
  </dl>
);

export const Labels = ({ of }: { of: Readonly<Record<string, string>> }) => (
  <span className="labels">
    {Object.entries(of).map(([name, value]) => (
      <span className="label" key={name}>
        {name}={value}
      </span>
    ))}
  </span>
);
