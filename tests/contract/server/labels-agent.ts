// contract/server: a real agent in a process of its own, so that it can be killed. Use: labels-agent FOLDER
import path from 'node:path';
import { runAgent } from '@holdfast/agent';

const folder = process.argv[2]!;
const program = [process.execPath, '-e', 'setInterval(() => undefined, 1000)'];
await runAgent({ folder, program, ring: path.join(folder, 'ring'), on_line: (text) => console.log(text) });
