// web/devices: what should be against what is. Where both say the same, once; where they differ, side by side.
import type { ReactNode } from 'react';
import { Ago } from '../../parts/ago.tsx';
import { Facts } from '../../parts/facts.tsx';
import { bytesText, shortDigest, sinceKnown } from '../../parts/format.ts';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import type { Device } from './queries.ts';

const versionText = (version: Device['current']): string => (version ? `${version.model} ${version.model_version}` : 'none');

const Differing = ({ wanted, is }: { wanted: string; is: string }) =>
  wanted === is ? (
    <span>{is}</span>
  ) : (
    <span className="diff">
      <del>{is}</del> <ins>{wanted}</ins>
    </span>
  );

function sentenceOf({ desired, desired_none, current }: Device): string {
  if (!desired && !desired_none) return current ? 'Nothing was asked of it here; it keeps what it brought along.' : 'No version was asked of it yet.';
  if (desired?.bundle !== current?.bundle) return 'Marked with − is what the device reports, with + what it should run.';
  return desired ? 'What the device reports is what it should run.' : 'It should run no bundle, and reports none.';
}

export function Desired({ of }: { of: Device }) {
  const { current, install } = of;
  const desired = of.desired ?? (of.desired_none ? null : current); // where nothing was asked, nothing differs
  const rows: (readonly [string, ReactNode])[] = [
    ['Version', <Differing wanted={versionText(desired)} is={versionText(current)} />],
    ['Bundle', <Differing wanted={desired ? shortDigest(desired.bundle) : 'none'} is={current ? shortDigest(current.bundle) : 'none'} />],
    ['Generation', <Differing wanted={String(of.desired_generation)} is={String(of.reported_generation)} />],
  ];
  if (install) {
    rows.push([
      'Install',
      <span className="row">
        <State word={install.state} />{' '}
        {sinceKnown(install.since_ms) === null ? <span className="soft">nothing was installed yet</span> : <Ago at_ms={install.since_ms} />}
      </span>,
    ]);
    if (install.state === 'downloading') rows.push(['Fetched', bytesText(install.bytes_done)]);
    if (install.error) rows.push(['Refused', `${install.error.text} (${install.error.code})`]);
    if (install.rollout) rows.push(['Rollout', <To href={`/rollouts/${install.rollout}`}>{install.rollout}</To>]);
  }
  return (
    <div className="stack">
      <p className="soft">{sentenceOf(of)}</p>
      <Facts of={rows} />
    </div>
  );
}
