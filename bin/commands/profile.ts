import { Command, Option } from 'commander';
import { EXIT } from '../../lib/base/exit-codes.ts';
import type { CommandContext, Perform } from '../context.ts';
import { asInput, UsageError } from '../failure.ts';
import type { DeployedValues } from '../profile-sources.ts';
import { shellWord } from '../shell.ts';
import { baseDirectoryOption, labOption } from '../target-options.ts';

interface Values extends DeployedValues {
  readonly lab?: string;
  readonly baseDirectory?: string;
  readonly format: 'env' | 'json';
  readonly check?: string;
  readonly schema?: true;
}

const AFTER_HELP = `
  redoubt profile --from-stack redoubt-sessions --region eu-west-1 > profile.json
  redoubt profile --outputs-file outputs.json           what cdk deploy --outputs-file wrote
  redoubt profile --from-pulumi acme/sessions/prod > profile.json
  redoubt profile --from-pulumi prod --outputs-file outputs.json    what pulumi stack output --json printed`;

export function profileCommand(perform: Perform): Command {
  return new Command('profile')
    .description('print a connection profile, check one, or print its JSON schema')
    .argument('[path]', 'profile file')
    .addOption(labOption().conflicts('check'))
    .addOption(
      new Option('--from-stack <name>', 'rebuild it from the outputs of a CloudFormation stack').conflicts([
        'lab',
        'check',
        'fromPulumi',
      ]),
    )
    .addOption(new Option('--region <name>', 'where the stack is (default: as the AWS SDK finds it)'))
    .addOption(new Option('--deployment <name>', 'which deployment, when a stack holds several'))
    .addOption(
      new Option('--from-pulumi <stack>', 'rebuild it from the outputs of a Pulumi stack').conflicts(['lab', 'check']),
    )
    .addOption(new Option('--cwd <directory>', 'where the Pulumi project is (default: here)'))
    .addOption(new Option('--output <name>', 'which output of the Pulumi stack is the profile (default: profile)'))
    .addOption(
      new Option('--outputs-file <path>', 'read the outputs from a file; no account is asked').conflicts([
        'lab',
        'check',
      ]),
    )
    .addOption(
      new Option('--format <form>', 'json, or the variables of a container').choices(['json', 'env']).default('json'),
    )
    .addOption(new Option('--check <path>', 'read a profile file and say everything that is wrong with it'))
    .addOption(
      new Option('--schema', 'print the JSON schema of profiles').conflicts([
        'lab',
        'check',
        'fromStack',
        'fromPulumi',
        'outputsFile',
      ]),
    )
    .addOption(baseDirectoryOption().conflicts(['check', 'fromStack', 'fromPulumi', 'outputsFile', 'schema']))
    .addHelpText('after', AFTER_HELP)
    .action((path: string | undefined, values: Values) => perform((context) => run(path, values, context)));
}

async function run(path: string | undefined, values: Values, context: CommandContext): Promise<number> {
  const { sourceProblems } = await import('../profile-sources.ts');
  const problems = sourceProblems({ ...values, path });
  if (problems.length > 0) throw new UsageError(problems);
  if (values.schema === true) return printSchema(context);
  if (values.check !== undefined) return check(values.check, context);
  const profile = await profileOf(path, values, context);
  context.print(values.format === 'json' ? json(profile) : await environmentLines(profile));
  return EXIT.pass;
}

async function profileOf(path: string | undefined, values: Values, context: CommandContext) {
  const { deployedProfile } = await import('../profile-sources.ts');
  const deployed = await deployedProfile(values, context);
  if (deployed !== undefined) return deployed;
  const { chosenProfile } = await import('../target.ts');
  const { refuseUnusedBaseDirectory } = await import('../stray-options.ts');
  const { baseDirectory } = values;
  const target = { lab: values.lab, profile: path, ...(baseDirectory === undefined ? {} : { baseDirectory }) };
  refuseUnusedBaseDirectory(target);
  return chosenProfile(target, context, 'the path of a profile, --from-stack NAME, --from-pulumi STACK');
}

async function printSchema(context: CommandContext): Promise<number> {
  const { profileJsonSchema } = await import('../../lib/profile/schema.ts');
  context.print(json(profileJsonSchema()));
  return EXIT.pass;
}

/** A profile that is wrong fails; a file that is not there is a usage error. */
async function check(path: string, context: CommandContext): Promise<number> {
  const { readProfile } = await import('../../lib/profile/file.ts');
  const profile = await asInput(() => readProfile(path));
  context.print(
    `${path}: a valid profile of ${profile.deployment} (${profile.platform}, ${profile.clientMode} client).\n`,
  );
  return EXIT.pass;
}

/** `NAME=value` as a shell reads it, quoted where it has to be; the secret itself is never among them. */
async function environmentLines(profile: import('../../lib/profile/profile.ts').ConnectionProfile): Promise<string> {
  const { profileToEnvironment } = await import('../../lib/profile/environment.ts');
  const entries = Object.entries(profileToEnvironment(profile));
  const broken = entries.find(([, value]) => /[\r\n]/.test(value));
  if (broken !== undefined) {
    throw new UsageError({
      code: 'ENVIRONMENT_LINE_BREAK',
      message: `${broken[0]} holds a line break and cannot be a line.`,
    });
  }
  return entries.map(([name, value]) => `${name}=${shellWord(value)}\n`).join('');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
