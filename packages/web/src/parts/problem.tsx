// web/parts: an error as the server said it: its sentence, the hint, the code.
import { HoldfastError } from '@holdfast/base';

export function ProblemNote({ error }: { error: Error }) {
  const known = error instanceof HoldfastError ? error : null;
  return (
    <div className="problem" role="alert">
      <span>{error.message}</span>
      {known?.hint ? <span className="hint">{known.hint}</span> : null}
      {known ? <code>{known.code}</code> : null}
    </div>
  );
}
