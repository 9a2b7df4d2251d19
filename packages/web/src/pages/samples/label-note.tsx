// web/samples: what is said of labels that are not saved yet, or could not be.
import { Button } from '@mantine/core';
import { countText, listText } from '../../parts/format.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import type { Labels } from './labels.ts';

const named_max = 5;

const namesOf = (ids: readonly number[]): string =>
  listText([...ids.slice(0, named_max).map(String), ...(ids.length > named_max ? [`${ids.length - named_max} more`] : [])]);

export function LabelNote({ of }: { of: Labels }) {
  const { failed, waiting } = of;
  return (
    <>
      <p className="soft" role="status">
        {waiting > 0 ? `${countText(waiting, 'label')} ${waiting === 1 ? 'is' : 'are'} being saved. ` : ''}
        {of.full ? `${countText(waiting + failed.length, 'label')} are not saved; the next one is taken once they are.` : ''}
      </p>
      {failed.length > 0 && of.error ? (
        <div className="stack">
          <p className="t-bad">
            Not saved: the {failed.length === 1 ? 'label' : 'labels'} of sample {namesOf(failed)}.
          </p>
          <ProblemNote error={of.error} />
          <Button size="xs" variant="default" onClick={of.again} w="max-content">
            Save again
          </Button>
        </div>
      ) : null}
    </>
  );
}
