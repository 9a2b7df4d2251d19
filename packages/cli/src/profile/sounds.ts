// Sounds of a reference: a folder of WAV files, one of them, or a text that lists their paths, one a line (from its own folder on). Each file is what the app logs at
// once, and becomes the numbers that the SDKs make of it; the samples are let go with the file. In a folder, the folders inside are conditions, as those of images are.
import path from 'node:path';
import { failure } from '@holdfast/base';
import { audio_descriptors, describeAudio } from '@holdfast/stats';
import { stat } from 'node:fs/promises';
import { filesBelow, readBytes, withFile } from '../files.ts';
import { startOf } from '../start-of.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import { readWav } from './wav.ts';

export interface Sounds {
  /** One a sound, in the order of `audio_descriptors`. */
  readonly rows: readonly (readonly number[])[];
  readonly conditions: Conditions | null;
}

const sounds_max = 100_000;
const is_wav = /\.wave?$/i;

export async function readSounds(place: string): Promise<Sounds> {
  const found = await withFile(place, () => stat(place));
  const names = found.isDirectory() ? (await filesBelow(place)).filter((name) => is_wav.test(name)) : null;
  const files = names?.map((name) => path.join(place, name)) ?? (await filesOf(place));
  const refuse = (saw: string) => failure('HF-CLI-010', { file: place, saw, expected: `1 to ${sounds_max} WAV files (convert others: ffmpeg -i IN OUT.wav)` });
  if (files.length === 0) throw refuse(names ? 'no file NAME.wav' : 'no path');
  if (files.length > sounds_max) throw refuse(`${files.length} files`);
  const rows: number[][] = [];
  for (const file of files) rows.push(await describeFile(file));
  return { rows, conditions: names && conditionsOf(names) };
}

async function describeFile(file: string): Promise<number[]> {
  const { samples, rate_hz } = readWav(file, await readBytes(file));
  return describeAudio(samples, rate_hz);
}

/** What is no sound by its name and its first bytes is read as a list. */
async function filesOf(file: string): Promise<string[]> {
  if (is_wav.test(file)) return [file];
  const bytes = await readBytes(file);
  if (bytes.toString('latin1', 0, 4) === 'RIFF') return [file];
  if (!/^(?:text|no bytes)/.test(startOf(bytes)) || bytes.includes(0))
    throw failure('HF-CLI-010', { file, saw: startOf(bytes), expected: 'a WAV file, a folder of them, or a list of their paths, one a line' });
  const lines = bytes.toString('utf8').split(/\r?\n/);
  return lines.filter((line) => line.trim() !== '').map((line) => path.resolve(path.dirname(file), line.trim()));
}

/** As the SDKs name the numbers of a sound. */
export const soundNames = (name: string): string[] => audio_descriptors.map((part) => `${name}.${part}`);
