// The nouns: `holdfast <noun> <verb>`. Each command is a thin call of one route; a test asks for a command for every route.
import type { Command } from 'commander';
import { addAlerts } from './alerts.ts';
import { addBundles } from './bundles.ts';
import { addChannels } from './channels.ts';
import { addDatasets } from './datasets.ts';
import { addDevices } from './devices.ts';
import { addGrants } from './grants.ts';
import { addGroups } from './groups.ts';
import { addJoinTokens } from './join-tokens.ts';
import { addModels } from './models.ts';
import { addMonitors } from './monitors.ts';
import { addPeople } from './people.ts';
import { addReports } from './reports.ts';
import { addRollouts } from './rollouts.ts';
import { addRuns } from './runs.ts';
import { addSamples } from './samples.ts';
import { addTokens } from './tokens.ts';
import { addTraces } from './traces.ts';
import { addTriggers } from './triggers.ts';
import { addWebhooks } from './webhooks.ts';
import { addWorkflows } from './workflows.ts';

const groups: readonly (readonly [string, readonly ((program: Command) => void)[]])[] = [
  ['Fleet:', [addDevices, addGroups, addJoinTokens]],
  ['Models:', [addModels, addBundles]],
  ['Ship:', [addRollouts]],
  ['Learn:', [addDatasets, addSamples, addRuns, addTraces, addWorkflows]],
  ['Watch:', [addMonitors, addReports, addAlerts, addTriggers, addChannels, addWebhooks]],
  ['People:', [addPeople, addTokens, addGrants]],
];

export function addNouns(program: Command): void {
  for (const [heading, adders] of groups) {
    program.commandsGroup(heading);
    for (const add of adders) add(program);
  }
}
