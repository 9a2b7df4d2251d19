// closed-loop: the voice of the story: steps with a name, waits that count, and failures that say which step it was.
const started_ms = performance.now();
const wait_told_ms = 5_000;

const clock = (): string => {
  const seconds = Math.floor((performance.now() - started_ms) / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`;
};

export function tell(text: string): void {
  process.stdout.write(`${clock()}  ${text}\n`);
}

/** A step of the story. Where it fails, the error names it. */
export async function step<T>(name: string, act: () => Promise<T>): Promise<T> {
  tell(name);
  try {
    return await act();
  } catch (error) {
    throw new Error(`the step "${name}" did not happen: ${(error as Error).message}`, { cause: error });
  }
}

export interface Progress<T> {
  /** What is there; undefined: wait on. */
  readonly done?: T;
  /** How far it is, counted. */
  readonly so_far: string;
}

/** Asks again and again until it is done; tells how far it is when that changes, at most every 5 s. */
export async function waitFor<T>(limit_s: number, look: () => Promise<Progress<T>>): Promise<T> {
  const end_ms = performance.now() + limit_s * 1000;
  let told = { text: '', at_ms: performance.now() };
  for (;;) {
    const { done, so_far } = await look();
    if (done !== undefined) return done;
    const now_ms = performance.now();
    if (now_ms > end_ms) throw new Error(`it took longer than ${limit_s} s; it stands at: ${so_far}`);
    if (so_far !== told.text && now_ms - told.at_ms >= wait_told_ms) {
      tell(`  ${so_far}`);
      told = { text: so_far, at_ms: now_ms };
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
