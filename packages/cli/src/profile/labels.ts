// True classes for a model's reference: an IDX file of bytes (as MNIST has it), or texts that are names of classes or their numbers; empty is not known.
import { failure } from '@holdfast/base';
import { readBytes } from '../files.ts';

export async function readLabels(file: string, class_names: readonly string[], expected: number): Promise<number[]> {
  const bytes = await readBytes(file);
  const labels = bytes[0] === 0 && bytes[1] === 0 ? ofIdx(file, bytes, class_names.length) : labelsOf(file, linesOf(bytes), class_names);
  if (labels.length !== expected) throw failure('HF-CLI-010', { file, saw: `${labels.length} labels`, expected: `${expected}, one an image` });
  return labels;
}

/** The index of each class, -1 for an empty text. Fails with HF-CLI-010, which names the line. */
export function labelsOf(file: string, texts: readonly string[], class_names: readonly string[]): number[] {
  return texts.map((text, i) => {
    if (text.trim() === '') return -1;
    const index = class_names.includes(text.trim()) ? class_names.indexOf(text.trim()) : Number(text);
    if (Number.isInteger(index) && index >= 0 && index < class_names.length) return index;
    const expected = `a class: ${class_names.slice(0, 20).join(', ')}, or a number from 0 to ${class_names.length - 1}`;
    throw failure('HF-CLI-010', { file, saw: `the label ${JSON.stringify(text)} of row ${i + 1}`, expected });
  });
}

function linesOf(bytes: Buffer): string[] {
  const lines = bytes.toString('utf8').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function ofIdx(file: string, bytes: Buffer, classes: number): number[] {
  const fits = bytes.length >= 8 && bytes[2] === 8 && bytes[3] === 1 && bytes.readUInt32BE(4) === bytes.length - 8;
  if (!fits) throw failure('HF-CLI-010', { file, saw: `${bytes.length} bytes`, expected: 'an IDX file of bytes in one dimension' });
  const labels = [...bytes.subarray(8)];
  const wrong = labels.find((label) => label >= classes);
  if (wrong !== undefined) throw failure('HF-CLI-010', { file, saw: `the label ${wrong}`, expected: `0 to ${classes - 1}` });
  return labels;
}
