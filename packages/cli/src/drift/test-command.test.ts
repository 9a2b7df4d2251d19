import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { two_sample } from '@holdfast/stats';
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
  await answerLines(two_sample[name]!, pieces(), async (line) => void (printed += line), limit);
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
});
