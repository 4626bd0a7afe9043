import { Command, Option } from 'commander';
import { EXIT } from '../../lib/base/exit-codes.ts';
import type { CommandContext, Perform } from '../context.ts';
import { asInput, UsageError } from '../failure.ts';
import { shellWord } from '../shell.ts';
import { labOption } from '../target-options.ts';

interface Values {
  readonly lab?: string;
  readonly format: 'env' | 'json';
  readonly check?: string;
  readonly schema?: true;
}

export function profileCommand(perform: Perform): Command {
  return new Command('profile')
    .description('print a connection profile, check one, or print its JSON schema')
    .argument('[path]', 'profile file')
    .addOption(labOption().conflicts('check'))
    .addOption(
      new Option('--format <form>', 'json, or the variables of a container').choices(['json', 'env']).default('json'),
    )
    .addOption(new Option('--check <path>', 'read a profile file and say everything that is wrong with it'))
    .addOption(new Option('--schema', 'print the JSON schema of profiles').conflicts(['lab', 'check']))
    .action((path: string | undefined, values: Values) => perform((context) => run(path, values, context)));
}

async function run(path: string | undefined, values: Values, context: CommandContext): Promise<number> {
  if (values.schema === true) return printSchema(context);
  if (values.check !== undefined) return check(values.check, context);
  const { chosenProfile } = await import('../target.ts');
  const profile = await chosenProfile({ lab: values.lab, profile: path }, context);
  context.print(values.format === 'json' ? json(profile) : await environmentLines(profile));
  return EXIT.pass;
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
