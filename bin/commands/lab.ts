import { Command, Option } from 'commander';
import type { CommandContext, Perform } from '../context.ts';
import { baseDirectoryOption } from '../target-options.ts';

export interface UpValues {
  readonly detach?: true;
  readonly baseDirectory?: string;
  readonly networkNamespace?: true;
}

export interface DownValues {
  readonly all?: true;
  readonly baseDirectory?: string;
}

export interface StatusValues {
  readonly format: 'text' | 'json';
  readonly baseDirectory?: string;
}

type LabActions = typeof import('../lab-actions.ts');

export function labCommand(perform: Perform): Command {
  const act = (choose: (actions: LabActions, context: CommandContext) => Promise<number>) =>
    perform(async (context) => choose(await import('../lab-actions.ts'), context));

  const up = new Command('up')
    .description('boot a local deployment of real server processes; stays in the foreground until Ctrl-C')
    .argument('<deployment>', 'name of a deployment, or the path of its file')
    .addOption(new Option('--detach', 'return as soon as it is ready, and leave it running'))
    .addOption(baseDirectoryOption())
    .addOption(new Option('--network-namespace', 'in a network of its own, so that packets can be lost for real'))
    .action((name: string, values: UpValues) => act((actions, context) => actions.up(name, values, context)));

  const down = new Command('down')
    .description('stop a lab: exactly its own processes; also clears what killed labs left behind')
    .argument('[lab]', 'deployment or run directory; without it the only one there is')
    .addOption(new Option('--all', 'every lab of this user'))
    .addOption(baseDirectoryOption())
    .action((name: string | undefined, values: DownValues) =>
      act((actions, context) => actions.down(name, values, context)),
    );

  const status = new Command('status')
    .description('show the labs that run here')
    .addOption(new Option('--format <form>', 'form of the list').choices(['text', 'json']).default('text'))
    .addOption(baseDirectoryOption())
    .action((values: StatusValues) => act((actions, context) => actions.status(values, context)));

  return new Command('lab')
    .description('boot, stop and show local deployments')
    .addCommand(up)
    .addCommand(down)
    .addCommand(status);
}
