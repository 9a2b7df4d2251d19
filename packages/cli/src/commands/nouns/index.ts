// The nouns: `holdfast <noun> <verb>`.
import type { Command } from 'commander';
import { addDevices, addGroups } from './devices.ts';
import { addDatasets, addModels, addRuns } from './models.ts';
import { addWatch } from './watch.ts';
import { addRollouts, addWorkflows } from './work.ts';
import { addPeople } from './people.ts';

export function addNouns(program: Command): void {
  for (const add of [addDevices, addGroups, addModels, addDatasets, addRuns, addWatch, addWorkflows, addRollouts, addPeople]) add(program);
}
