// The command line: `holdfast <noun> <verb>`, and a few everyday verbs. Data on stdout, talk on stderr, exit codes of GLOSSARY.md.
import { runCommandLine } from './program.ts';

// A reader that has seen enough (`holdfast device ls | head -1`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const code = await runCommandLine(process.argv.slice(2));
if (code !== 0) process.exitCode = code;
