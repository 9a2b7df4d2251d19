// web/runs: the files of a run: folders as a path that one walks, and the chosen file as text, image or table, up to a size that is said.
import { useFilters } from '../../app/filters.ts';
import { bytesText, countText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { Rows } from '../../parts/rows.tsx';
import { FileView } from './file-view.tsx';
import { useArtifacts } from './queries.ts';

export function Artifacts({ run }: { run: string }) {
  const [{ folder = '', file = '' }, set] = useFilters();
  const found = useArtifacts(run, folder);
  const above = folder.split('/').slice(0, -1).join('/');
  const pathOf = (name: string) => (folder === '' ? name : `${folder}/${name}`);
  return (
    <>
      <Panel title="Artifacts" flush answered_ms={found.dataUpdatedAt} note={folder === '' ? undefined : `in ${folder}`}>
        <Answer query={found}>
          {({ entries, entries_total }) => (
            <>
              {folder === '' ? null : (
                <p className="map">
                  <button type="button" className="plain link" onClick={() => set({ folder: above, file: '' })}>
                    ← {above === '' ? 'All artifacts' : above}
                  </button>
                </p>
              )}
              {entries.length < entries_total ? (
                <p className="soft map">
                  The first {countText(entries.length, 'file')} of {entries_total}, by name.
                </p>
              ) : null}
              {entries.length === 0 ? (
                <Empty>{folder === '' ? 'No artifact is logged.' : 'Nothing is in this folder.'}</Empty>
              ) : (
                <Rows
                  label="Artifacts"
                  rows={entries}
                  keyOf={(entry) => entry.name}
                  selected={(entry) => pathOf(entry.name) === file}
                  columns={[
                    {
                      name: 'Name',
                      cell: (entry) => (
                        <button
                          type="button"
                          className="plain link"
                          onClick={() => set(entry.is_dir ? { folder: pathOf(entry.name), file: '' } : { file: pathOf(entry.name) })}
                        >
                          {entry.name}
                          {entry.is_dir ? '/' : ''}
                        </button>
                      ),
                    },
                    { name: 'Size', number: true, cell: (entry) => (entry.is_dir ? <span className="soft">folder</span> : bytesText(entry.size_bytes)) },
                  ]}
                />
              )}
            </>
          )}
        </Answer>
      </Panel>
      {file === '' ? null : <FileView run={run} path={file} />}
    </>
  );
}
