// web/reports: one model version in a report: its columns by rank, the rule, and a chart for each of the first of them.
import { beyondOf, faultInWords, featureInWords, missingShare, ruleInWords, shareInWords, shortNumber, summaryOf, testInWords } from '@holdfast/stats';
import { useState } from 'react';
import { Distribution } from '../../charts/distribution.tsx';
import { Counters } from '../../parts/counters.tsx';
import { shareText } from '../../parts/format.ts';
import { Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import type { Column, Part } from './queries.ts';

const charts_first = 6;

export function PartPanel({ of }: { of: Part }) {
  const [all, setAll] = useState(false);
  const drawn = of.columns.filter((column) => column.picture !== null);
  const shown = all ? drawn : drawn.slice(0, charts_first);
  return (
    <Panel title={of.title} note={`${of.drifted} of ${of.columns.length} drifted`}>
      <div className="stack">
        <p className="says">{summaryOf(of)}</p>
        <ColumnRows of={of} />
        <p className="soft">{ruleInWords(of.rule)}</p>
        <div className="columns">
          {shown.map((column) => (
            <ColumnChart key={column.name} of={column} part={of.title} />
          ))}
        </div>
      </div>
      {drawn.length > shown.length ? (
        <button type="button" className="plain" onClick={() => setAll(true)}>
          Draw all {drawn.length}
        </button>
      ) : null}
    </Panel>
  );
}

const toneOf = ({ drifted, fault }: Column) => (drifted || fault === 'not_comparable' ? 'warn' : 'ok');

const ColumnRows = ({ of }: { of: Part }) => (
  <Rows
    label={`Columns of ${of.title}`}
    rows={of.columns}
    keyOf={(column) => column.name}
    columns={[
      { name: 'Column', cell: (c) => featureInWords(c.name) },
      { name: 'Verdict', cell: (c) => <State word={faultInWords(c)} tone={toneOf(c)} /> },
      { name: 'Effect', number: true, cell: (c) => shortNumber(c.distance) },
      { name: 'p adjusted', number: true, cell: (c) => shortNumber(c.fault === 'missing' ? c.missing_p_adjusted : c.p_adjusted) },
      { name: 'Moved, sd', number: true, cell: (c) => shortNumber(c.effects?.wasserstein_sd ?? null) },
      { name: 'Missing', number: true, cell: (c) => `${shareText(missingShare(c.reference))} → ${shareText(missingShare(c.current))}` },
      { name: 'Out of range or new', number: true, cell: (c) => shareInWords(beyondOf(c)?.current ?? null) },
      { name: 'Test', cell: (c) => testInWords(c) },
    ]}
  />
);

function ColumnChart({ of, part }: { of: Column; part: string }) {
  const { picture } = of;
  if (picture === null) return null;
  const name = featureInWords(of.name);
  const summary = `${name}: ${faultInWords(of)}, effect ${shortNumber(of.distance)}.${of.note === null ? '' : ` ${of.note}`}`;
  const bins = picture.kind === 'words' ? 'the commonest values' : 'intervals of one width; what lies beyond is in the outer ones';
  return (
    <div className="stack">
      <Distribution
        label={`${name} of ${part}`}
        summary={summary}
        edges={picture.kind === 'intervals' ? picture.edges.slice(1, -1) : []}
        reference={picture.reference.map(Math.round)}
        current={picture.current.map(Math.round)}
        says={{ current: 'this time', bins }}
        {...(picture.kind === 'words' ? { names: picture.words } : {})}
      />
      {of.counters ? <Counters feature={of.name} of={part} counters={of.counters} now="this time" /> : null}
    </div>
  );
}
