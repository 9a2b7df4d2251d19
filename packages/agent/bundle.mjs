// Makes the agent one file without any dependency: dist/bundle/holdfast-agent.js, for Node 18 or later.
// Run it after `tsc -b packages/agent`: node packages/agent/bundle.mjs

import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const room = dirname(fileURLToPath(import.meta.url));
const file = join(room, 'dist/bundle/holdfast-agent.js');

const build = await rolldown({ input: join(room, 'dist/main.js'), platform: 'node', transform: { target: 'node18' }, external: isBuiltin });
const { output } = await build.write({ file, format: 'cjs', banner: '#!/usr/bin/env node', minify: false, codeSplitting: false });
await build.close();
chmodSync(file, 0o755);
// Alone on a device the file is CommonJS by default; here the room's package.json would make it a module.
writeFileSync(join(dirname(file), 'package.json'), '{ "type": "commonjs" }\n');

const outside = output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.imports : [])).filter((name) => !name.startsWith('node:'));
if (output.length !== 1 || outside.length > 0) throw new Error(`saw ${output.length} files and imports of ${outside.join(', ')}, expected one file that imports node: alone`);
process.stdout.write(`dist/bundle/holdfast-agent.js: ${readFileSync(file).length} bytes\n`);
