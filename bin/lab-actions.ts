/** What `redoubt lab up`, `down` and `status` do. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadDeployment } from '../deployments/index.ts';
import { EXIT } from '../lib/base/exit-codes.ts';
import { sleep } from '../lib/base/wait-until.ts';
import type { Lab } from '../lib/lab/lab.ts';
import { deploymentOf } from '../lib/lab/run-directory.ts';
import { startLab } from '../lib/lab/start.ts';
import { endLab, type LabSummary, listLabs, sweepDeadLabs, unreadableLabs } from '../lib/lab/sweep.ts';
import { inStep } from '../lib/report/progress.ts';
import { safeText } from '../lib/report/terminal.ts';
import type { DownValues, StatusValues, UpValues } from './commands/lab.ts';
import type { CommandContext } from './context.ts';
import { asInput, UsageError } from './failure.ts';
import { mustEnterNamespace, runInNamespace } from './network-namespace.ts';
import { shellWord } from './shell.ts';
import { chosenRunDirectory } from './target.ts';

const LOOK_EVERY_MS = 500;

export async function up(name: string, values: UpValues, context: CommandContext): Promise<number> {
  const deployment = await asInput(() => loadDeployment(name, context.interruption.signal));
  if (values.networkNamespace === true && mustEnterNamespace()) return runInNamespace(context, values.baseDirectory);
  const lab = await inStep(context.progress, `${deployment.name}: booting`, (step) =>
    startLab({
      deployment: deployment.name,
      topology: deployment.topology,
      detached: values.detach === true,
      progress: step.note,
      signal: context.interruption.signal,
      ...(values.baseDirectory === undefined ? {} : { baseDirectory: values.baseDirectory }),
    }),
  );
  context.print(introduction(lab, deployment.name, values.detach === true));
  return values.detach === true ? EXIT.pass : stayUntilStopped(lab, context);
}

/** What `lab up` says when the lab is there; its commands can be pasted as they are. */
export function introduction(lab: Lab, name: string, detached: boolean): string {
  const { host, port } = lab.profile.endpoint;
  return [
    `${name} is ready: ${lab.nodes().length} nodes of redis-server ${lab.serverVersion}`,
    `endpoint   ${host}:${port}`,
    `profile    ${lab.profilePath}`,
    `verify it  redoubt verify --lab ${shellWord(lab.runDirectory)}`,
    `stop it    ${detached ? `redoubt lab down ${shellWord(lab.runDirectory)}` : 'Ctrl-C'}`,
    '',
  ].join('\n');
}

/** Until Ctrl-C, or until somebody else has stopped it. */
async function stayUntilStopped(lab: Lab, context: CommandContext): Promise<number> {
  const forget = context.interruption.onInsisting(() => lab.stop());
  try {
    while (existsSync(join(lab.runDirectory, 'state.json'))) await sleep(LOOK_EVERY_MS, context.interruption.signal);
    context.progress.line('The lab has been stopped from elsewhere.');
    return EXIT.pass;
  } finally {
    await lab.stop();
    forget();
  }
}

export async function down(name: string | undefined, values: DownValues, context: CommandContext): Promise<number> {
  if (name !== undefined && values.all === true) {
    throw new UsageError({ code: 'LAB_DOWN_CONTRADICTION', message: `Either "${name}" or --all, not both.` });
  }
  const swept = await sweepDeadLabs(values.baseDirectory);
  const directories = await toStop(name, values, swept);
  for (const directory of directories) await asInput(() => endLab(directory));
  const stopped = directories.map((directory) => `stopped ${directory}\n`);
  const cleared = swept.map((directory) => `cleared ${directory}, which nobody owned any more\n`);
  const lines = [...cleared, ...stopped];
  context.print(lines.length === 0 ? 'No lab was running.\n' : lines.join(''));
  return EXIT.pass;
}

async function toStop(name: string | undefined, values: DownValues, swept: readonly string[]): Promise<string[]> {
  const running = (await listLabs(values.baseDirectory)).filter((lab) => !lab.dead);
  if (values.all === true) {
    return [...running.map((lab) => lab.runDirectory), ...unreadableLabs(values.baseDirectory)];
  }
  if (name === undefined) return running.length === 0 ? [] : [await chosenRunDirectory(name, values.baseDirectory)];
  // A lab that was just cleared is what was meant, unless another of that deployment runs.
  const wasCleared = swept.some((directory) => directory === resolve(name) || deploymentOf(directory) === name);
  if (wasCleared && !running.some(({ deployment }) => deployment === name)) return [];
  return [await chosenRunDirectory(name, values.baseDirectory)];
}

export async function status(values: StatusValues, context: CommandContext): Promise<number> {
  const labs = await listLabs(values.baseDirectory);
  context.print(values.format === 'json' ? `${JSON.stringify(labs, null, 2)}\n` : statusText(labs, context));
  return EXIT.pass;
}

function statusText(labs: readonly LabSummary[], { style }: CommandContext): string {
  if (labs.length === 0) return 'No lab is running.\n';
  const rows = labs.map((lab) => [
    lab.deployment,
    stateOf(lab),
    `${lab.runningNodes} of ${lab.nodeCount}`,
    lab.detached ? 'detached' : 'foreground',
    lab.runDirectory,
  ]);
  const table = [['deployment', 'state', 'nodes', 'kept by', 'run directory'], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => safeText(cell, style).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...labs.flatMap(remarks), ''].join('\n');
}

function stateOf({ dead, phase, faults }: LabSummary): string {
  if (dead) return 'abandoned';
  return faults.length === 0 ? phase : 'disturbed';
}

function remarks({ dead, deployment, faults, runDirectory }: LabSummary): string[] {
  if (dead) {
    return [
      `${deployment}: what started ${runDirectory} was killed, and nobody owns it any more. redoubt lab down clears it, and so does the next lab up.`,
    ];
  }
  if (faults.length === 0) return [];
  return [
    `${deployment}: ${faults.join(', ')}. A drill that runs heals it when it ends, the next one before it begins.`,
  ];
}
