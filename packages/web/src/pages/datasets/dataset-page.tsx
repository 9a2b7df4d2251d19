// web/datasets: one dataset: its versions, and what changed between two of them.
import { Select } from '@mantine/core';
import { useFilters } from '../../app/filters.ts';
import { usePlace } from '../../app/path.ts';
import { ShareBar } from '../../charts/share-bar.tsx';
import { Ago } from '../../parts/ago.tsx';
import { bytesText, countText, shortDigest } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { PageHead } from '../../parts/page.tsx';
import { Rows } from '../../parts/rows.tsx';
import { State } from '../../parts/state.tsx';
import { type FileChange, compareFiles } from './compare.ts';
import { type Dataset, type DatasetVersion, useDataset } from './queries.ts';

export function DatasetPage() {
  const name = usePlace('name');
  const dataset = useDataset(name);
  return (
    <>
      <PageHead title={name} above={[['Datasets', '/datasets']]} />
      <Answer query={dataset}>
        {(answer) =>
          answer.versions.length === 0 ? (
            <Panel title="Versions">
              <Empty>No version yet.</Empty>
            </Panel>
          ) : (
            <Body of={answer} answered_ms={dataset.dataUpdatedAt} />
          )
        }
      </Answer>
    </>
  );
}

function Body({ of, answered_ms }: { of: Dataset; answered_ms: number }) {
  const [filters, set] = useFilters();
  const find = (text: string | undefined) => of.versions.find((v) => String(v.version) === text);
  const after = find(filters['version']) ?? of.versions[0]!;
  const before = filters['against'] === 'nothing' ? undefined : (find(filters['against']) ?? find(String(after.parent)));
  return (
    <>
      <Panel title="Versions" flush answered_ms={answered_ms} note="newest first">
        <Rows
          label="Versions"
          rows={of.versions}
          keyOf={(v) => v.version}
          selected={(v) => v.version === after.version}
          columns={[
            {
              name: 'Version',
              cell: (v) => (
                <button
                  type="button"
                  className="plain link"
                  aria-pressed={v.version === after.version}
                  onClick={() => set({ version: String(v.version), against: '' })}
                >
                  version {v.version}
                </button>
              ),
            },
            { name: 'Made', cell: (v) => <Ago at_ms={v.created_ms} /> },
            { name: 'By', cell: (v) => v.created_by },
            { name: 'Files', number: true, cell: (v) => v.files.length },
            { name: 'Size', number: true, cell: (v) => bytesText(v.size_bytes) },
            { name: 'Digest', cell: (v) => <code title={v.digest}>{shortDigest(v.digest)}</code> },
            { name: 'Note', cell: (v) => v.note },
          ]}
        />
      </Panel>
      <Panel
        title={before ? `Version ${after.version} against version ${before.version}` : `Files of version ${after.version}`}
        answered_ms={answered_ms}
        actions={
          <Select
            size="xs"
            aria-label="Against"
            w="10rem"
            allowDeselect={false}
            data={[
              { value: 'nothing', label: 'against nothing' },
              ...of.versions.filter((v) => v !== after).map((v) => ({ value: String(v.version), label: `against version ${v.version}` })),
            ]}
            value={before ? String(before.version) : 'nothing'}
            onChange={(value) => set({ version: String(after.version), against: value ?? '' })}
          />
        }
      >
        <Changes before={before} after={after} />
      </Panel>
    </>
  );
}

function Changes({ before, after }: { before: DatasetVersion | undefined; after: DatasetVersion }) {
  const changes = compareFiles(before, after);
  const count = (change: FileChange['change']) => changes.filter((each) => each.change === change).length;
  const grown = after.size_bytes - (before?.size_bytes ?? 0);
  return (
    <div className="stack">
      {before ? (
        <>
          <p>
            {count('added')} added, {count('removed')} removed, {count('changed')} changed, {count('same')} the same;{' '}
            {grown === 0 ? 'as many bytes' : `${bytesText(Math.abs(grown))} ${grown > 0 ? 'more' : 'less'}`}.
          </p>
          <ShareBar
            label="Files"
            total={changes.length}
            parts={[
              { name: 'same', count: count('same'), tone: 'idle-light' },
              { name: 'changed', count: count('changed'), tone: 'run' },
              { name: 'added', count: count('added'), tone: 'ok' },
              { name: 'removed', count: count('removed'), tone: 'bad' },
            ]}
          />
        </>
      ) : (
        <p>
          {countText(after.files.length, 'file')}, {bytesText(after.size_bytes)}.
        </p>
      )}
      <Rows
        label="Files"
        rows={changes}
        keyOf={(f) => f.path}
        columns={[
          { name: 'File', cell: (f) => <code>{f.path}</code> },
          ...(before
            ? [
                {
                  name: 'Change',
                  cell: (f: FileChange) => <State word={f.change} tone={({ added: 'ok', removed: 'bad', changed: 'run', same: 'idle' } as const)[f.change]} />,
                },
              ]
            : []),
          ...(before
            ? [{ name: `Version ${before.version}`, number: true, cell: (f: FileChange) => (f.before_bytes === null ? '' : bytesText(f.before_bytes)) }]
            : []),
          { name: `Version ${after.version}`, number: true, cell: (f) => (f.after_bytes === null ? '' : bytesText(f.after_bytes)) },
        ]}
      />
    </div>
  );
}
