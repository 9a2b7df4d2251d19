// The log of a step, page by page, and on until the step is over where it is followed. One line a line; with --json one JSON object a line.
import type { Command } from 'commander';
import { failure } from '@holdfast/base';
import type { Client } from '@holdfast/client';
import { time } from './output.ts';
import { clientOf, outputOf } from './settings.ts';

const follow_ms = 1_000;

export const addLogOptions = (command: Command): Command => command.option('-f, --follow', 'go on until the step is over');

export async function printLog(execution: string, step: string | undefined, options: { follow?: boolean }, command: Command): Promise<void> {
  const client = clientOf(command);
  const { json } = outputOf(command);
  const { steps } = await client.call('executionShow', { params: { id: execution } });
  const chosen = steps.map((s) => s.name).filter((name) => step === undefined || name === step);
  if (chosen.length === 0) throw failure('HF-REQ-009', { kind: 'step', name: step, of: `execution ${execution}`, see: `execution show ${execution}` });
  for (const name of chosen) {
    const before = chosen.length > 1 ? `${name}  ` : '';
    const print = (line: { readonly at_ms: number; readonly text: string }) =>
      process.stdout.write(json ? `${JSON.stringify({ step: name, ...line })}\n` : `${before}${time(line.at_ms)} ${line.text}\n`);
    await followStep(client, { execution, step: name, follow: options.follow ?? false }, print);
  }
}

async function followStep(
  client: Client,
  { execution, step, follow }: { execution: string; step: string; follow: boolean },
  print: (line: { readonly id: number; readonly at_ms: number; readonly text: string }) => void,
): Promise<void> {
  for (let after = 0; ;) {
    // The state is asked before the lines: what a finished step said is all there then.
    const { steps } = await client.call('executionShow', { params: { id: execution } });
    const over = steps.find((s) => s.name === step)?.finished_ms !== null;
    const { lines, more } = await client.call('stepLog', { params: { id: execution, step }, query: { after } });
    for (const line of lines) print(line);
    after = lines.at(-1)?.id ?? after;
    if (more) continue;
    if (over || !follow) return;
    await new Promise((resolve) => setTimeout(resolve, follow_ms));
  }
}
