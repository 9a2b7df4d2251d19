// examples/digits: what a step of a workflow is given, by environment variables: inputs, outputs, parameters, seed.
import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { type Pipeline, parsePipeline } from '@holdfast/pipeline';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Thrown where the caller gave too little or the wrong thing: exit code 2. */
export class UsageError extends Error {}

export function required(environment: Environment, name: string, what: string): string {
  const value = environment[name];
  if (!value) throw new UsageError(`${name} is not set, expected ${what}`);
  return value;
}

/** The parameters of the step: a JSON object, empty where HOLDFAST_PARAMS_FILE is not set. */
export async function readParams(environment: Environment): Promise<Readonly<Record<string, unknown>>> {
  const path = environment['HOLDFAST_PARAMS_FILE'];
  if (!path) return {};
  const value: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError(`${path} holds no JSON object`);
  return value as Record<string, unknown>;
}

/** A parameter that is a number (or a text that is one) within limits, or its default. */
export function numberOf(params: Readonly<Record<string, unknown>>, name: string, fallback: number, min: number, max: number): number {
  const given = params[name];
  if (given === undefined) return fallback;
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof value !== 'number' || !(value >= min && value <= max))
    throw new UsageError(`parameter ${name}: saw ${JSON.stringify(given)}, expected a number from ${min} to ${max}`);
  return value;
}

/** The pipeline of HOLDFAST_PIPELINE, or the one of this example. */
export async function readPipeline(environment: Environment): Promise<Pipeline> {
  const given = environment['HOLDFAST_PIPELINE'];
  return parsePipeline(await readFile(given ? given : new URL('../pipeline.json', import.meta.url), 'utf8'));
}

/** True where the module of this URL is the program that was started, on every Node (import.meta.main needs 24.2). */
export function isMain(url: string): boolean {
  const started = process.argv[1];
  return started !== undefined && pathToFileURL(realpathSync(started)).href === url;
}

/** Runs a command: its sentence on stderr where it fails, exit code 2 for wrong usage, 1 else. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
