import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePostproc, compilePreproc, parsePipeline, postproc_ops, preproc_ops } from './index.ts';

const page = readFileSync(new URL('../../../docs/reference/pipeline.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/```(json|json wrong|text)\n([\s\S]*?)```/g)].map(([, kind, text]) => ({ kind, text: text! }));
const right = blocks.filter((block) => block.kind === 'json');
const wrong = blocks.flatMap((block, i) => (block.kind === 'json wrong' ? [{ text: block.text, answer: blocks[i + 1]!.text.trim() }] : []));

describe('docs/reference/pipeline.md', () => {
  it('has pipelines that work, and some that do not', () => {
    expect(right.length).toBeGreaterThanOrEqual(2);
    expect(wrong.length).toBeGreaterThanOrEqual(2);
  });

  it.each(right)('shows a pipeline that parses, compiles and runs: $text', ({ text }) => {
    const pipeline = parsePipeline(text);
    const tensor = compilePreproc(pipeline)({ width: 320, height: 300, channels: 3, pixels: new Uint8Array(320 * 300 * 3).fill(7) });
    expect(tensor.values.every(Number.isFinite)).toBe(true);
    const output = pipeline.postproc.pipeline.includes('nms')
      ? { shape: [1, 1, 6], values: Float32Array.of(0, 0, 9, 9, 1, 0) }
      : { shape: [1, 10], values: new Float32Array(10) };
    expect(compilePostproc(pipeline)(output).kind).toBe(pipeline.postproc.pipeline.includes('nms') ? 'boxes' : 'class');
  });

  it.each(wrong)('shows the answer to a mistake: $answer', ({ text, answer }) => {
    expect(() => compilePreproc(parsePipeline(text))).toThrow(
      expect.objectContaining({ message: answer.slice(answer.indexOf(' ') + 1), code: answer.split(' ')[0] }),
    );
  });

  it('has one row an op, with the sentence of the op', () => {
    for (const op of [...preproc_ops, ...postproc_ops]) expect(page).toContain(`| \`${op.name}\` | ${op.does} |`);
  });
});
