// closed-loop: where the programs of the story are: the built product, and the commands of the digits example.
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const digits = path.join(root, 'examples', 'digits');

export const places = {
  command_line: path.join(root, 'packages', 'cli', 'dist', 'main.js'),
  agent: path.join(root, 'packages', 'agent', 'dist', 'bundle', 'holdfast-agent.js'),
  pipeline: path.join(digits, 'pipeline.json'),
  prepare: path.join(digits, 'dist', 'prepare.js'),
  train: path.join(digits, 'dist', 'train.js'),
  evaluate: path.join(digits, 'dist', 'evaluate.js'),
  untrained: path.join(digits, 'dist', 'untrained.js'),
  camera: path.join(digits, 'dist', 'camera.js'),
} as const;
