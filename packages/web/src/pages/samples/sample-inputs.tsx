// web/samples: a sample without an image: what the model got, by name.
import { numberText } from '../../parts/format.ts';
import { Rows } from '../../parts/rows.tsx';
import type { Sample } from './queries.ts';

export function SampleInputs({ of: { id, inputs, inputs_left_out } }: { of: Sample }) {
  const rows = inputs ?? [];
  return (
    <figure className="sample inputs">
      {rows.length === 0 ? <p className="soft">The device sent neither an image nor an input of it.</p> : null}
      <div className="within">
        {rows.length === 0 ? null : (
          <Rows
            label={`Inputs of sample ${id}`}
            rows={rows.map((input, place) => ({ ...input, place }))}
            keyOf={({ place }) => place}
            columns={[
              { name: 'Input', cell: ({ name }) => name },
              { name: 'Value', number: true, cell: ({ value }) => (value === null ? <span className="soft">missing</span> : numberText(value)) },
            ]}
          />
        )}
      </div>
      {inputs_left_out > 0 ? (
        <figcaption className="soft">
          {numberText(inputs_left_out)} more {inputs_left_out === 1 ? 'input was' : 'inputs were'} not sent by the device.
        </figcaption>
      ) : null}
    </figure>
  );
}
