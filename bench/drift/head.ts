// bench/drift, part `head`: the head that learns on the device. What a prediction costs, in TypeScript and in Python, beside a plain loop over the same numbers and
// scikit-learn's brute force (where HOLDFAST_PYTHON or python3 has it); how often honest labels bring the head back, and how soon wrong ones do.
// Simulated: classes are normal around their centres, 100 samples to begin with, labels in batches of five; where labels are wrong they are so after 150 honest ones.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Knn, type Lessons, headRight, learnTruth, newTrial, readKnnSettings, sampleOf } from '@holdfast/stats';
import { openHead } from '../../packages/agent/dist/sdk/index.js';
import { root } from '../../tests/load/product.ts';
import { type BenchRow, atLeast, atMost, quantile, seen } from '../../tests/load/report.ts';
import { uniforms } from './fleet-source.ts';
import { normals } from './normal.ts';

const samples = 200;
const width = 256;
const seed = 20_260_801;

export function headRows(): BenchRow[] {
  return [...costRows(), ...trialRows()];
}

/** Processor time a call, so that what else runs on the machine is left out; the best of five rounds. */
function usEach(times: number, one: (i: number) => void): number {
  const rounds = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    for (let i = 0; i < times; i++) one(i);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / times;
  });
  return Math.min(...rounds);
}

function costRows(): BenchRow[] {
  const z = normals(seed);
  const row = () => Float32Array.from({ length: width }, z);
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
  const head = openHead({ folder, max_samples: samples });
  const kept = Array.from({ length: samples }, row);
  kept.forEach((features, i) => head.learn(features, i % 4));
  const asked = Array.from({ length: 100 }, row);
  const us = usEach(2_000, (i) => head.classify(asked[i % 100]!));
  let sum = 0;
  const floor = usEach(2_000, (i) => (sum += plainLoop(asked[i % 100]!, kept)));
  const bytes = statSync(path.join(folder, 'head.json')).size;
  head.close();
  rmSync(folder, { recursive: true, force: true });
  const size = `${samples} samples x ${width} features`;
  return [
    atMost('a prediction, TypeScript', us / 1e3, 'ms', 0.1, `${size}, with its novelty and number; checked ${sum > 0}`),
    seen('the same / a plain loop', us / floor, 'x', `squared differences alone: ${(floor / 1e3).toFixed(3)} ms`),
    ...peerRows(us / 1e3),
    seen('the file of such a head', bytes / 1e3, 'KB', 'written once a batch of labels'),
  ];
}

/** What cannot be saved: every number is read once. */
function plainLoop(query: Float32Array, kept: readonly Float32Array[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const one of kept) {
    let sum = 0;
    for (let i = 0; i < width; i++) {
      const gap = query[i]! - one[i]!;
      sum += gap * gap;
    }
    if (sum < least) least = sum;
  }
  return least;
}

const python_script = `
import json, random, sys, tempfile, time
sys.path.insert(0, sys.argv[1])
import holdfast
rng = random.Random(1)
rows = [[rng.gauss(0, 1) for _ in range(${width})] for _ in range(${samples})]
def best(call):
    times = []
    for _ in range(60):
        start = time.process_time(); call(); times.append(1000 * (time.process_time() - start))
    return min(times)
out = {"version": sys.version.split()[0]}
with tempfile.TemporaryDirectory() as folder:
    with holdfast.open_head(folder, max_samples=${samples}) as head:
        for i, row in enumerate(rows):
            head.learn(row, i % 4)
        out["holdfast"] = best(lambda: head.classify(rows[7]))
try:
    import sklearn
    from sklearn.neighbors import KNeighborsClassifier
    model = KNeighborsClassifier(5, algorithm="brute", weights="distance").fit(rows, [i % 4 for i in range(${samples})])
    out["sklearn"] = best(lambda: model.predict_proba(rows[7:8]))
except ImportError:
    pass
print(json.dumps(out))
`;

function peerRows(own_ms: number): BenchRow[] {
  const program = process.env['HOLDFAST_PYTHON'] ?? 'python3';
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  let said: { version: string; holdfast: number; sklearn?: number };
  try {
    said = JSON.parse(execFileSync(program, ['-c', python_script, path.join(root, 'sdk/python/src')], { encoding: 'utf8', env })) as typeof said;
  } catch (error) {
    console.error(`bench drift head: no numbers of Python: ${(error as Error).message.split('\n')[0]}`);
    return [];
  }
  const own = seen('a prediction, Python', said.holdfast, 'ms', `Python ${said.version}, standard library alone`);
  if (said.sklearn === undefined) return [{ ...own, note: `${own.note}; ${program} has no scikit-learn, no ratio` }];
  const peer = `scikit-learn, brute, one thread: ${said.sklearn.toFixed(3)} ms`;
  return [own, seen('Python / scikit-learn', said.holdfast / said.sklearn, 'x', peer), seen('TypeScript / scikit-learn', own_ms / said.sklearn, 'x', peer)];
}

interface World {
  readonly classes: number;
  readonly features: number;
  /** Standard deviations between the centres, about, in each feature. */
  readonly apart: number;
}
const worlds: readonly World[] = [
  { classes: 2, features: 8, apart: 0.7 },
  { classes: 3, features: 16, apart: 0.5 },
  { classes: 10, features: 32, apart: 0.6 },
];
type Labels = 'honest' | 'shuffled' | 'half shuffled' | 'of a changed world';
const runs_each = 20;
const first_samples = 100;
const honest_first = 150;
const batch = 5;

interface Run {
  /** Truths after the first wrong one (or after the beginning) at which the head went back. */
  readonly back_at: readonly number[];
  readonly truths: number;
  readonly accuracy: number;
}

/** One device: labels come in batches, and a trial that stood is followed by another, as `openHead` has it. */
function runOne({ classes, features, apart }: World, labels: Labels, truths: number, z: () => number, u: () => number): Run {
  const settings = readKnnSettings({});
  const centres = Array.from({ length: classes }, () => Array.from({ length: features }, () => apart * z()));
  const draw = () => {
    const label = Math.floor(u() * classes);
    return { label, features: Float32Array.from(centres[label]!, (value) => value + z()) };
  };
  const told = (label: number): number => {
    if (labels === 'of a changed world') return (label + 1) % classes;
    return labels === 'shuffled' || (labels === 'half shuffled' && u() < 0.5) ? Math.floor(u() * classes) : label;
  };
  let now: Lessons = { knn: new Knn(settings), held: null, trial: newTrial() };
  const learn = (label: number, row: Float32Array, at: number) => learnTruth(now, sampleOf(row, label, null, at), classes);
  for (let i = 0; i < first_samples; i++) {
    const { label, features: row } = draw();
    now = learn(label, row, i);
  }
  now = { ...now, held: now.knn };
  const back_at: number[] = [];
  let due = false;
  const wrong_from = labels === 'honest' ? 0 : honest_first;
  for (let i = 0; i < wrong_from + truths; i++) {
    if (i % batch === 0 && due) [now, due] = [{ ...now, held: now.knn, trial: newTrial(headRight(now.trial)) }, false];
    const { label, features: row } = draw();
    const lesson = learn(i < wrong_from ? label : told(label), row, i);
    const undone = lesson.verdict === 'worse' || lesson.verdict === 'unlearnable';
    due = lesson.verdict === 'stood' || (due && !undone);
    if (undone && i >= wrong_from) back_at.push(i - wrong_from + 1);
    now = lesson;
  }
  const is_right = () => {
    const { label, features: row } = draw();
    return now.knn.labelOf(row, classes) === (labels === 'of a changed world' ? told(label) : label);
  };
  return { back_at, truths, accuracy: Array.from({ length: 200 }, is_right).filter(Boolean).length / 200 };
}

function runsOf(labels: Labels, truths: number): Run[] {
  const [z, u] = [normals(seed), uniforms(seed)];
  return worlds.flatMap((world) => Array.from({ length: runs_each }, () => runOne(world, labels, truths, z, u)));
}

const rightAfter = (runs: readonly Run[]) => `right in the end: ${((100 * runs.reduce((sum, run) => sum + run.accuracy, 0)) / runs.length).toFixed(0)} %`;
const percent = (values: readonly boolean[]) => (100 * values.filter(Boolean).length) / values.length;

function trialRows(): BenchRow[] {
  const honest = runsOf('honest', 500);
  const back = honest.flatMap(({ back_at }) => back_at).length;
  const truths = honest.reduce((sum, run) => sum + run.truths, 0);
  const rows = [
    atMost(
      'honest labels: ways back in 1,000 truths',
      (1_000 * back) / truths,
      '',
      0.2,
      `${back} in ${truths} truths of ${honest.length} heads, seed ${seed}; ${rightAfter(honest)}`,
    ),
  ];
  for (const labels of ['shuffled', 'half shuffled', 'of a changed world'] as const) rows.push(...rowsOfWrong(labels));
  return rows;
}

function rowsOfWrong(labels: Exclude<Labels, 'honest'>): BenchRow[] {
  const runs = runsOf(labels, 300);
  const first = runs.flatMap(({ back_at }) => back_at.slice(0, 1));
  const share = percent(runs.map(({ back_at }) => back_at.length > 0));
  const note = `${first.length} of ${runs.length} heads; truths to the first, median: ${quantile(first, 0.5)}; ${rightAfter(runs)}`;
  if (labels === 'shuffled') return [atLeast('labels shuffled: heads that went back within 300 truths', share, '%', 80, note)];
  return [seen(`labels ${labels}: heads that went back within 300 truths`, share, '%', note)];
}
