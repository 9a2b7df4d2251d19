// web/runs: one file of a run on the screen. Its bytes are never run: text is text, whatever its name says; an image is decoded by the browser alone.
import { useEffect, useState } from 'react';
import { bytesText, countText } from '../../parts/format.ts';
import { Answer, Empty, Panel } from '../../parts/panel.tsx';
import { type Column, Rows } from '../../parts/rows.tsx';
import { OnnxView } from '../../onnx/onnx-view.tsx';
import { type FileKind, kindOf, readTable } from './files.ts';
import { type FilePart, useFile } from './queries.ts';

const table_rows_max = 1_000;

export function FileView({ run, path }: { run: string; path: string }) {
  const kind = kindOf(path.split('/').at(-1)!);
  const file = useFile(run, path, kind);
  const size_bytes = file.data?.size_bytes;
  return (
    <Panel title={path} note={size_bytes === undefined ? undefined : bytesText(size_bytes)} actions={<a href={keepHref(run, path)}>Keep the file</a>}>
      {kind === 'other' ? (
        <Empty>It is no text, image, table or ONNX model by its name, so it is not shown here.</Empty>
      ) : (
        <Answer query={file} room="8rem">
          {(part) =>
            kind === 'onnx' ? <OnnxView of={{ path: keepHref(run, path), size_bytes: part.size_bytes }} /> : <Shown of={part} kind={kind} path={path} />
          }
        </Answer>
      )}
    </Panel>
  );
}

/** The whole file, which the browser saves. */
const keepHref = (run: string, path: string): string => `/api/v1/runs/${encodeURIComponent(run)}/artifact?${new URLSearchParams({ path, whole: 'true' })}`;

function Shown({ of, kind, path }: { of: FilePart; kind: FileKind; path: string }) {
  const cut = of.bytes.length < of.size_bytes;
  if (kind === 'image' && cut) return <Empty>It is larger than the {bytesText(of.bytes.length)} that are shown here.</Empty>;
  const text = kind === 'image' ? '' : new TextDecoder().decode(of.bytes);
  return (
    <div className="stack">
      {cut ? (
        <p className="soft">
          The first {bytesText(of.bytes.length)} of {bytesText(of.size_bytes)}.
        </p>
      ) : null}
      {kind === 'image' ? (
        <Picture bytes={of.bytes} name={path} />
      ) : kind === 'table' ? (
        <Table text={text} tabs={path.endsWith('.tsv')} />
      ) : (
        <Text text={text} name={path} />
      )}
    </div>
  );
}

const Text = ({ text, name }: { text: string; name: string }) =>
  text === '' ? (
    <Empty>The file is empty.</Empty>
  ) : (
    <pre className="file-text" tabIndex={0} role="region" aria-label={`Text of ${name}`}>
      {text}
    </pre>
  );

function Picture({ bytes, name }: { bytes: Uint8Array<ArrayBuffer>; name: string }) {
  const [href, setHref] = useState<string | null>(null);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([bytes]));
    setHref(made);
    setRefused(false);
    return () => URL.revokeObjectURL(made);
  }, [bytes]);
  if (refused) return <Empty>The browser cannot decode it as an image.</Empty>;
  return href ? <img className="file-image" src={href} alt={name} onError={() => setRefused(true)} /> : null;
}

interface TableRow {
  readonly at: number;
  readonly fields: readonly string[];
}

function Table({ text, tabs }: { text: string; tabs: boolean }) {
  const [heads = [], ...rows] = readTable(text, tabs ? '\t' : ',', table_rows_max + 1);
  if (rows.length === 0) return <Empty>It has no rows.</Empty>;
  return (
    <>
      <p className="soft">
        {rows.length === table_rows_max ? `The first ${countText(table_rows_max, 'row')}` : countText(rows.length, 'row')}, {countText(heads.length, 'column')}.
      </p>
      <Rows
        label="Rows of the file"
        wide
        rows={rows.map((fields, at) => ({ at, fields }))}
        keyOf={(row) => row.at}
        columns={heads.map((name, i): Column<TableRow> => ({ name, key: String(i), cell: (row) => row.fields[i] ?? '' }))}
      />
    </>
  );
}
