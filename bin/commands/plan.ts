import { Command, Option } from 'commander';
import { exitCodeOf } from '../../lib/base/exit-codes.ts';
import type { Plan } from '../../lib/plan/change.ts';
import type { JudgedPlan } from '../../lib/plan/judge.ts';
import type { CommandContext, Perform } from '../context.ts';
import { asInput, UsageError } from '../failure.ts';

interface Values {
  readonly before?: string;
  readonly after?: string;
  readonly pulumi?: string;
  readonly against?: string;
  readonly acknowledge: readonly string[];
  readonly format: 'text' | 'json' | 'markdown';
}

const AFTER_HELP = `
A document is a file, git:REVISION:PATH for one that is committed, or
stack:NAME[@REGION] for what CloudFormation has deployed. Templates are JSON.

  redoubt plan --before stack:redoubt-sessions@eu-west-1 --after .redoubt/cdk.out/redoubt-sessions.template.json
  redoubt plan --before git:origin/main:cdk.out/Cache.template.json --after cdk.out/Cache.template.json
  pulumi preview --json > preview.json; redoubt plan --pulumi preview.json`;

export function planCommand(perform: Perform): Command {
  return new Command('plan')
    .description('say what a deployment would do to the data, before it runs; fails when data is lost')
    .addOption(new Option('--before <document>', 'the CloudFormation template that is deployed'))
    .addOption(new Option('--after <document>', 'the CloudFormation template that is to be deployed'))
    .addOption(new Option('--pulumi <document>', 'what `pulumi preview --json` printed').conflicts(['before', 'after']))
    .addOption(new Option('--against <document>', 'an earlier preview: say what changed from there to --pulumi'))
    .addOption(
      new Option('--acknowledge <name...>', 'allow a change by its name, RESOURCE.PROPERTY').default([], 'none'),
    )
    .addOption(new Option('--format <form>', 'form of the plan').choices(['text', 'json', 'markdown']).default('text'))
    .addHelpText('after', AFTER_HELP)
    .action((values: Values) => perform((context) => run(values, context)));
}

async function run(values: Values, context: CommandContext): Promise<number> {
  const plan = await planOf(values, context);
  const { acknowledgementProblems, judgePlan } = await import('../../lib/plan/judge.ts');
  const unused = acknowledgementProblems(plan, values.acknowledge);
  if (unused.length > 0) throw new UsageError(unused);
  const judged = judgePlan(plan, values.acknowledge);
  context.print(await formOf(judged, values.format, context));
  return exitCodeOf(judged.verdict);
}

async function planOf({ before, after, pulumi, against }: Values, context: CommandContext): Promise<Plan> {
  const { readDocument } = await import('../plan-documents.ts');
  const read = (name: string) => readDocument(name, context);
  if (pulumi !== undefined) {
    const { planPulumi } = await import('../../lib/plan/pulumi/compare.ts');
    const [later, earlier] = [await read(pulumi), against === undefined ? undefined : await read(against)];
    return asInput(() => planPulumi(later, earlier));
  }
  if (against !== undefined) throw new UsageError(missing('--against', '--pulumi, the later preview'));
  if (before === undefined || after === undefined) {
    throw new UsageError(missing('This command', '--before and --after (CloudFormation), or --pulumi'));
  }
  const { planCloudFormation } = await import('../../lib/plan/cloudformation/compare.ts');
  const [deployed, wanted] = [await read(before), await read(after)];
  return asInput(() => planCloudFormation(deployed, wanted));
}

function missing(what: string, needed: string) {
  return { code: 'PLAN_DOCUMENT_MISSING', message: `${what} needs ${needed}. See redoubt plan --help.` };
}

async function formOf(plan: JudgedPlan, format: Values['format'], { style }: CommandContext): Promise<string> {
  switch (format) {
    case 'json':
      return (await import('../../lib/plan/forms/json.ts')).planJson(plan);
    case 'markdown':
      return (await import('../../lib/plan/forms/markdown.ts')).planMarkdown(plan);
    case 'text':
      return (await import('../../lib/plan/forms/text.ts')).planText(plan, style);
  }
}
