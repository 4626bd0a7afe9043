import { Command, Option } from 'commander';
import { EXIT } from '../../lib/base/exit-codes.ts';
import type { Perform } from '../context.ts';

export function listCommand(perform: Perform): Command {
  return new Command('list')
    .description('list the deployments, scenarios, checks and clients there are')
    .addOption(new Option('--format <form>', 'form of the list').choices(['text', 'json']).default('text'))
    .action((options: { format: string }) =>
      perform(async ({ print, style }) => {
        const { catalogue, catalogueText } = await import('../catalogue.ts');
        print(
          options.format === 'json' ? `${JSON.stringify(catalogue(), null, 2)}\n` : catalogueText(catalogue(), style),
        );
        return EXIT.pass;
      }),
    );
}
