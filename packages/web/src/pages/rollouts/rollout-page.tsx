// web/rollouts: one rollout: a row a wave, counted states only; pause, resume and abort are always there.
import { useChange } from '../../app/api.ts';
import { usePlace } from '../../app/path.ts';
import { useMay } from '../../app/session.ts';
import { Ago } from '../../parts/ago.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Facts } from '../../parts/facts.tsx';
import { countText, spanText } from '../../parts/format.ts';
import { Answer, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { To } from '../../parts/to.tsx';
import { type Rollout, useRollout } from './queries.ts';
import { WaveBar } from './wave-bar.tsx';

export function RolloutPage() {
  const id = usePlace('id');
  const rollout = useRollout(id);
  const seen = rollout.data;
  return (
    <>
      <PageHead
        title={seen ? `${seen.model} version ${seen.model_version}` : id}
        above={[['Rollouts', '/rollouts']]}
        state={seen ? <State word={seen.state} /> : null}
        actions={seen ? <Actions of={seen} /> : null}
      />
      <Answer query={rollout}>{(answer) => <Body of={answer} answered_ms={rollout.dataUpdatedAt} />}</Answer>
    </>
  );
}

function Body({ of, answered_ms }: { of: Rollout; answered_ms: number }) {
  const hidden = of.assignments_total - of.assignments.length;
  const failed = of.assignments.filter((a) => a.state === 'failed').toSorted((a, b) => a.updated_ms - b.updated_ms);
  return (
    <>
      <p className="says" aria-live="polite">
        {of.reason}
        {failed[0]?.error && !of.reason.includes(failed[0].error) ? (
          <span className="t-bad">
            {' '}
            First failure: {failed[0].name}: {failed[0].error}
          </span>
        ) : null}
      </p>
      <div className="columns wide-left">
        <Panel title="Waves" answered_ms={answered_ms}>
          <div className="stack">
            {of.waves.map((wave) => (
              <WaveRow key={wave.number} wave={wave} of={of} />
            ))}
          </div>
        </Panel>
        <Panel title="Rollout" answered_ms={answered_ms}>
          <Facts
            of={[
              ['Version', <To href={`/models/${encodeURIComponent(of.model)}/${of.model_version}`}>{`${of.model} ${of.model_version}`}</To>],
              ['Devices', of.selector === '' ? `every device (${of.assignments_total})` : `${of.selector} (${of.assignments_total})`],
              ['Cause', of.cause],
              ['Started', <Ago at_ms={of.created_ms} />],
              ['Ended', of.finished_ms === null ? 'not yet' : <Ago at_ms={of.finished_ms} />],
              ['Watched for', spanText(of.watch_ms)],
            ]}
          />
        </Panel>
      </div>
      <Panel
        title="Devices"
        flush
        answered_ms={answered_ms}
        note={hidden > 0 ? `the first ${of.assignments.length} of ${of.assignments_total}` : countText(of.assignments_total, 'device')}
      >
        <Rows
          label="Devices of the rollout"
          rows={of.assignments}
          keyOf={(a) => a.device}
          columns={[
            { name: 'Device', cell: (a) => <To href={`/devices/${a.device}`}>{a.name}</To> },
            { name: 'Wave', number: true, cell: (a) => a.wave },
            { name: 'State', cell: (a) => <State word={a.state} /> },
            { name: 'Changed', cell: (a) => <Ago at_ms={a.updated_ms} /> },
            {
              name: 'Error',
              cell: (a) => (a.error ? <span className={a.state === 'pending' ? 'soft' : 't-bad'}>{a.error}</span> : <span className="soft">none</span>),
            },
          ]}
        />
      </Panel>
    </>
  );
}

const WaveRow = ({ wave, of }: { wave: Rollout['waves'][number]; of: Rollout }) => (
  <div className="wave">
    <div>
      <strong>Wave {wave.number}</strong>
      <div>
        <State word={wave.state} />
      </div>
      <span className="soft">{countText(wave.devices, 'device')}</span>
    </div>
    <WaveBar wave={wave} rollout={of} />
  </div>
);

function Actions({ of }: { of: Rollout }) {
  const may = useMay('editor');
  const params = { params: { id: of.id } };
  const [pause, resume, abort] = [useChange('rolloutPause'), useChange('rolloutResume'), useChange('rolloutAbort')];
  const over = of.state !== 'running' && of.state !== 'paused';
  return (
    <>
      <Confirm label="Pause" title="Pause the rollout" disabled={!may || of.state !== 'running'} act={() => pause.mutateAsync(params)}>
        No further device is assigned. Devices that install go on.
      </Confirm>
      <Confirm label="Resume" title="Resume the rollout" disabled={!may || of.state !== 'paused'} act={() => resume.mutateAsync(params)}>
        Goes on with the wave where it stands.
      </Confirm>
      <Confirm label="Abort" title="Abort the rollout" grave disabled={!may || over} act={() => abort.mutateAsync(params)}>
        Stops it, and tells the devices that have this version to run what they ran before. Who does is counted as they report it.
      </Confirm>
    </>
  );
}
