// tests/interop: what the Python SDK says of itself: typed in the strict sense of two checkers, and Python 3.8 or later, by its grammar and its library.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../load/product.ts';
import { python } from './engines.ts';
import { pythons } from './pythons.ts';

const run = promisify(execFile);
const oldest = '3.8';

/** How somebody calls the SDK: every kind of argument that its page names. */
const caller = `from array import array
from typing import Optional
import holdfast

log = holdfast.open_log(inputs=["a"], outputs=("no", "yes"))
log.inference(inputs=[1.0], outputs=array("f", [0.1, 0.9]), predicted=1, image=(1, 1, 1, b"x"), reference=4)
with holdfast.open_log() as other:
    other.inference((1, 2.0), (0.5,), latency_ms=1.5)
    reason: Optional[str] = other.reason
with holdfast.open_head("state", classes=["no", "yes"], quarantine={"max_size": 10}, on_change=print) as head:
    said: holdfast.Prediction = head.classify((1.0, 2))
    learned: int = head.take_labels().learned
    head.rollback(head.snapshot("good"))
`;
const wrong_caller = `import holdfast\nholdfast.open_log(inputs=3).inference(predicted="cat")\n`;

let folder = '';
let program: string | null = null;
beforeAll(async () => {
  program = await python('checkers', pythons.checkers);
  folder = await mkdtemp(path.join(os.tmpdir(), 'holdfast-types-'));
  await cp(path.join(root, 'sdk', 'python', 'src'), path.join(folder, 'src'), { recursive: true });
  await writeFile(path.join(folder, 'pyrightconfig.json'), JSON.stringify({ include: ['src'], typeCheckingMode: 'strict', pythonVersion: oldest }));
  await writeFile(path.join(folder, 'caller.py'), caller);
  await writeFile(path.join(folder, 'wrong_caller.py'), wrong_caller);
}, 600_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a checker of the venv says, and whether it is content. */
async function check(name: string, ...args: string[]): Promise<{ ok: boolean; said: string }> {
  try {
    const { stdout } = await run(path.join(path.dirname(program!), name), args, { cwd: folder, env: { ...process.env, MYPYPATH: 'src' }, timeout: 300_000 });
    return { ok: true, said: stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { ok: false, said: stdout + stderr };
  }
}
const mypy = (...files: string[]) => check('mypy', '--strict', '--no-incremental', '--python-version', oldest, ...files);

describe('the Python SDK', () => {
  it('holds under mypy --strict, and so do calls of it; a wrong call does not', async (context) => {
    if (!program) return context.skip('mypy cannot be had here');
    expect(await mypy('src', 'caller.py')).toMatchObject({ ok: true });
    const wrong = await mypy('wrong_caller.py');
    expect(wrong.said).toContain('Found 2 errors');
  });

  it('holds in the strict mode of Pyright', async (context) => {
    if (!program) return context.skip('Pyright cannot be had here');
    const checked = await check('pyright', '-p', folder);
    expect(checked.said).toContain('0 errors, 0 warnings');
  });

  it('asks for no more than Python 3.8, by what it writes and what it imports', async (context) => {
    if (!program) return context.skip('vermin cannot be had here');
    expect(await check('vermin', `--target=${oldest}-`, '--no-tips', '--violations', 'src')).toMatchObject({ ok: true });
    await writeFile(path.join(folder, 'later.py'), 'if (n := 3) and "ab".removeprefix("a"):\n    print(n)\n');
    expect(await check('vermin', `--target=${oldest}-`, '--no-tips', '--violations', 'later.py')).toMatchObject({ ok: false });
    const parse = 'import ast,pathlib,sys; [ast.parse(f.read_text(), feature_version=(3,8)) for f in pathlib.Path(sys.argv[1]).rglob("*.py")]';
    await run(program, ['-c', parse, 'src'], { cwd: folder });
  });

  it('passes its tests on Python 3.8 itself, where that is installed', async (context) => {
    const there = await run(`python${oldest}`, ['--version']).then(
      () => true,
      () => false,
    );
    if (!there) return context.skip('Python 3.8 is not installed here');
    const { stderr } = await run(`python${oldest}`, ['-m', 'unittest', 'discover', '-s', path.join(root, 'sdk', 'python', 'tests')]);
    expect(stderr).toMatch(/^OK$/m);
  });
});
