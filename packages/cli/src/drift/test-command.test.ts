import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { adjustments, row_tests, two_sample } from '@holdfast/stats';
import { describe, expect, it } from 'vitest';
import { answerLines } from './test-command.ts';

const program = path.join(import.meta.dirname, '..', '..', 'bin', 'holdfast.mjs');

/** The answers to a text that arrives in pieces of so many bytes. */
async function answers(name: string, text: string, { piece = 7, limit = 1000 } = {}): Promise<unknown[]> {
  const bytes = Buffer.from(text);
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  };
  let printed = '';
  await answerLines(name, pieces(), async (line) => void (printed += line), limit);
  return printed
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as unknown);
}
const complaint = async (name: string, line: string): Promise<string> => ((await answers(name, line))[0] as { error: { message: string } }).error.message;

describe('holdfast drift test', () => {
  it('reads standard input and prints statistic and p with all digits, without a server', () => {
    // scipy 1.17.1: ks_2samp([1, 2, 3, 4], [2.5, 3.5, 4.5, 5.5, 6.5]) and mannwhitneyu of the same
    const input = '{"x":[1,2,3,4],"y":[2.5,3.5,4.5,5.5,6.5],"alternative":"two-sided","method":"auto"}\n';
    const asked = (name: string) => spawnSync(process.execPath, [program, 'drift', 'test', name], { input, encoding: 'utf8' });
    expect(asked('ks')).toMatchObject({ status: 0, stderr: '', stdout: '{"statistic":0.6,"p_value":0.2857142857142857}\n' });
    expect(asked('mannwhitney').stdout).toBe('{"statistic":3,"p_value":0.1111111111111111}\n');
  });

  it('gives a line for a line: a bad one gives an error, and the next goes on', async () => {
    const good = '{"reference_counts":[9,1],"current_counts":[5,5]}';
    const found = await answers('fisher', `${good}\nnonsense\n\n${good}`, { piece: 3 });
    expect(found).toEqual([
      { statistic: 9, p_value: expect.closeTo(0.14086687306501547, 12) as number },
      { error: { code: 'HF-CLI-020', message: expect.stringContaining('Line 2') as string, hint: expect.any(String) as string } },
      { error: expect.objectContaining({ code: 'HF-CLI-020' }) as object },
      found[0],
    ]);
  });

  it('has null for the p of a distance, and strings for what JSON has no number for', async () => {
    expect(await answers('wasserstein', '{"x":[0,1],"y":[1,2]}')).toEqual([{ statistic: 1, p_value: null }]);
    expect(await answers('kl', '{"reference_counts":[1,1],"current_counts":[1,0]}')).toEqual([{ statistic: 'Infinity', p_value: null }]);
    expect(await answers('ks', '{"x":["-Infinity",1],"y":["Infinity"]}')).toEqual([{ statistic: 1, p_value: expect.closeTo(2 / 3, 12) as number }]);
    expect(await complaint('ks', '{"x":[1,"NaN"],"y":[2]}')).toMatch(/saw NaN at x\[1\]/);
  });

  it('passes over a line beyond the limit as it comes, and says how long it was', async () => {
    const long = `{"x":[${'1,'.repeat(400)}1],"y":[2]}`;
    expect(await answers('ks', `${long}\n{"x":[1],"y":[2]}\n`, { limit: 500 })).toEqual([
      { error: expect.objectContaining({ message: `Line 1 cannot be tested: saw ${long.length} bytes, expected at most 500.` }) as object },
      { statistic: 1, p_value: 1 },
    ]);
  });

  it('refuses keys that it does not know with the nearest one, and options that the test does not have', async () => {
    expect(await complaint('ks', '{"x":[1],"y":[2],"alternatve":"less"}')).toMatch(/the key "alternatve", expected one of .*did you mean "alternative"\?/);
    expect(await complaint('ks', '{"x":[1],"y":[2],"alternative":"more"}')).toMatch(/"\\"more\\"" as "alternative", expected one of two-sided, less, greater/);
    expect(await complaint('anderson', '{"x":[1],"y":[2],"method":"exact"}')).toMatch(/as "method", expected one of auto for this test/);
    expect(await complaint('psi', '{"x":[1],"y":[2]}')).toMatch(/the key "x", expected one of reference_counts/);
    expect(await complaint('ks', '{"x":[1]}')).toMatch(/no "y", expected a list of numbers/);
    expect(await complaint('ks', '{"x":[1,null],"y":[2]}')).toMatch(/"null" at x\[1\], expected a number/);
    expect(await complaint('ks', '[1,2]')).toMatch(/expected one JSON object/);
    expect(await complaint('g', '{"reference_counts":[1,2],"current_counts":[2,1],"correction":1}')).toMatch(/expected true or false/);
  });

  it('takes asymp for asymptotic, the base of a logarithm, and a table without correction', async () => {
    expect(await answers('ks', '{"x":[1,2,3],"y":[2,3,9],"method":"asymp"}')).toEqual(await answers('ks', '{"x":[1,2,3],"y":[2,3,9],"method":"asymptotic"}'));
    expect(await answers('jensenshannon', '{"reference_counts":[3,0],"current_counts":[0,1],"base":2}')).toEqual([{ statistic: 1, p_value: null }]);
    // scipy 1.17.1: chi2_contingency([[40, 60], [55, 45]], correction=False)
    const table = '{"reference_counts":[40,60],"current_counts":[55,45],"correction":false}';
    expect(await answers('chisquare-contingency', table)).toEqual([
      { statistic: expect.closeTo(4.511278195488721, 12) as number, p_value: expect.closeTo(0.033672068856345896, 12) as number },
    ]);
  });

  it('takes rows, or numbers as rows of one, with a seed: the same seed gives the same p', async () => {
    const rows = '{"x":[[0,1],[1,0],[1,1],[0,0]],"y":[[5,5],[6,5],[5,6],[6,6]],"seed":3,"permutations":99}';
    const [found] = await answers('mmd', rows);
    expect(found).toEqual((await answers('mmd', rows))[0]);
    // numpy 2.4.6: mean k(x, x') + mean k(y, y') - 2 mean k(x, y), k = exp(-d^2 / (2 * 41)), 41 the median square of 28 distances, the 15th
    expect(found).toMatchObject({ statistic: expect.closeTo(0.8859826444310119, 12) as number, p_value: expect.any(Number) as number });
    expect(await answers('mmd', '{"x":[0,1],"y":[3,5]}')).toEqual(await answers('mmd', '{"x":[[0],[1]],"y":[[3],[5]]}'));
    const line = (from: number) => `[${Array.from({ length: 40 }, (_, i) => from + i / 40).join(',')}]`;
    expect(await answers('classifier', `{"x":${line(0)},"y":${line(9)}}`)).toEqual([{ statistic: 1, p_value: expect.closeTo(2 * 0.5 ** 40, 24) as number }]);
    expect(await complaint('classifier', '{"x":[1],"y":[2],"permutations":9}')).toMatch(/the key "permutations", expected one of x, y, seed/);
    expect(await complaint('mmd', '{"x":[[1],[2]],"y":[[1],["a"]]}')).toMatch(/at y\[1\]\[0\], expected a number/);
    expect(await complaint('mmd', '{"x":[[1],[2]],"y":[[1],[2]],"seed":-1}')).toMatch(/"-1" as "seed", expected a whole number from 0/);
  });

  it.each([...Object.keys(two_sample), ...Object.keys(row_tests), ...Object.keys(adjustments)])('names %s in its errors, as it was typed', async (name) => {
    const bad = name in adjustments ? '{"p_values":[2]}' : name in row_tests ? '{"x":[1],"y":[2]}' : null;
    const takes = two_sample[name]?.takes;
    const line = bad ?? (takes === 'counts' ? '{"reference_counts":[1,-2],"current_counts":[1,2]}' : '{"x":[1,"NaN"],"y":[2]}');
    expect(await complaint(name, line)).toContain(`The test ${name} cannot be done: saw `);
  });

  it('says the same of rows in any unit', async () => {
    const values = (from: number, unit: number) => `[${Array.from({ length: 40 }, (_, i) => (from + i) * unit).join(',')}]`;
    const asked = (unit: number) => `{"x":${values(0, unit)},"y":${values(25, unit)}}`;
    for (const name of ['classifier', 'mmd']) {
      const found = (await answers(name, [1, 1e200, 1e-200].map(asked).join('\n'), { limit: 10_000 })) as { statistic: number; p_value: number }[];
      expect(found[0]!.p_value).toBeLessThan(0.05);
      for (const { statistic, p_value } of found) expect([p_value, statistic]).toEqual([found[0]!.p_value, expect.closeTo(found[0]!.statistic, 12)]);
    }
  });

  it('corrects many p-values, each in its place', async () => {
    // scipy 1.17.1: false_discovery_control([0.01, 0.04, 0.03, 0.005], method='bh')
    expect(await answers('bh', '{"p_values":[0.01,0.04,0.03,0.005]}')).toEqual([{ adjusted: [0.02, 0.04, 0.04, 0.02] }]);
    expect(await answers('holm', '{"p_values":[0.01,"NaN",0.5]}')).toEqual([{ adjusted: [0.02, 'NaN', 0.5] }]);
    expect(await answers('by', '{"p_values":[]}')).toEqual([{ adjusted: [] }]);
    expect(await complaint('by', '{"p_values":[0.5,1.5]}')).toMatch(/saw 1\.5 at p_values\[1\], expected numbers from 0 to 1/);
    expect(await complaint('bh', '{"p":[1]}')).toMatch(/the key "p", expected .*p_values/);
  });

  it('compares two proportions, of hits and misses', async () => {
    // scipy 1.17.1: 2 * norm.sf(|z|), z = (.4 - .55) / sqrt(.475 * .525 * (1/100 + 1/100))
    const found = await answers(
      'z',
      '{"reference_counts":[40,60],"current_counts":[55,45]}\n{"reference_counts":[40,60],"current_counts":[55,45],"alternative":"less"}',
    );
    expect(found[0]).toEqual({ statistic: expect.closeTo(-2.1239769, 6) as number, p_value: expect.closeTo(0.0336720688, 9) as number });
    expect(found[1]).toMatchObject({ p_value: expect.closeTo(0.0168360344, 9) as number });
    expect(await complaint('z', '{"reference_counts":[40,60,1],"current_counts":[55,45,1]}')).toMatch(/expected two of either: hits, then misses/);
  });
});
