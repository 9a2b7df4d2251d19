// npm run demo: builds, then tells the story of examples/closed-loop.
import { build } from './build-steps.ts';

build({ web: true });
await import('../examples/closed-loop/dist/main.js' as string);
