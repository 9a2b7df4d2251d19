// compute: this machine as it is asked what it is. A file or a command that is not there, or takes too long, is as good as silent.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';

const command_ms_max = 2_000;
const printed_bytes_max = 1_048_576;

/** What `readHardware` of the protocol asks. */
export interface ThisMachine {
  readonly platform: string;
  readonly architecture: string;
  readText(path: string): string;
  list(path: string): readonly string[];
  run(command: readonly string[]): Promise<string>;
}

/** os.machine came with Node 18.9. */
export const thisMachine = (ms_max = command_ms_max): ThisMachine => ({
  platform: process.platform,
  architecture: typeof os.machine === 'function' ? os.machine() : process.arch,
  readText,
  list,
  run: (command) => printed(command, ms_max),
});

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not told by this machine
  }
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return []; // not told by this machine
  }
}

/** Also what it printed before it failed: sysctl fails where it does not know one of the names. */
function printed([file, ...args]: readonly string[], ms_max: number): Promise<string> {
  const options = { timeout: ms_max, killSignal: 'SIGKILL', maxBuffer: printed_bytes_max, windowsHide: true } as const;
  return new Promise((resolve) => execFile(file!, args, options, (_error, stdout) => resolve(stdout)));
}
