// npm run build: types and modules of every room, the agent as one file, the web UI.
import { build } from './build-steps.ts';

build({ web: !process.argv.includes('--no-web') });
