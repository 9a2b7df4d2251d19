// The page of the words in which a machine is described, written by tools/docs.ts from packages/protocol/src/hardware/facts.ts.
import { hardware_facts, hardware_prefix } from '@holdfast/protocol/hardware';

const intro = `# Hardware facts

What a run ran on, as tags of the run that begin with \`${hardware_prefix}\`, and what a device is, on its page and in \`GET /api/v1/devices/ID\`. The list is fixed.
What a machine does not tell is absent; nothing is guessed.
This page is written by \`tools/docs.ts\` from \`packages/protocol/src/hardware\`.
`;

const outro = `## Who says them

- **A Python program that logs with MLflow**: once the SDK is installed (\`pip install ./sdk/python\`), MLflow's client finds it by its entry point
  \`mlflow.run_context_provider\` and sends the facts with each run; no line changes. It takes a few milliseconds: files are read at the start of the run,
  \`nvidia-smi\` and \`sysctl\` are asked once a process, beside it. \`HOLDFAST_HARDWARE=off\` turns it off.
- **A worker**, for the run of a step that logs metrics ([train contract](train-contract.md)).
- **The agent**, for its device.
- **Whoever logs them**: a tag that the program itself sets wins. Where no tag says a fact, these names are read when a run is shown, as param, metric or
  tag, also behind a prefix such as \`system/\`: \`memory_total_gb\`, \`cpu_count\`, \`performance_cores\`, \`efficiency_cores\`, \`mps_available\`,
  \`ane_available\`, \`thermal_state\` (0 to 3, or its word). MLflow's system metrics \`system/gpu_0_…\` count the accelerators.

Runs are found by them as by any tag: \`tags.\\\`hardware.accelerator\\\` = 'apple-silicon'\`.

## Thermal state

On Linux each thermal zone is measured against its own trip points: from the passive one on, where the kernel slows the machine down, it is \`serious\`,
10 °C below it \`fair\`, from the hot or critical one on \`critical\`; a zone without a passive point has a temperature alone. On macOS it is the thermal
pressure that the system publishes. Both are those of the start of the run; a device reports them with each sync.
`;

export function hardwarePage(): string {
  const rows = Object.entries(hardware_facts).map(
    ([name, { says, kind }]) => `| \`${hardware_prefix}${name}\` | ${kind === 'whole' ? 'whole number' : kind} | ${says} |`,
  );
  return `${intro}\n| Tag | Kind | What it says |\n|---|---|---|\n${rows.join('\n')}\n\n${outro}`;
}
