/** The real `pulumi` command on bin/azure.ts, with a provider that deploys nothing and state in a folder of the test. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY_ROOT } from '../pulumi-host/run-program.ts';

const run = promisify(execFile);
const STACK = 'organization/redoubt/test';
const TIME_LIMIT_MS = 60_000;

/** What a test that cannot run says. */
export const HOW_TO_INSTALL =
  'the pulumi command is not on the PATH: install it (https://www.pulumi.com/docs/iac/download-install/), or build it with Go from github.com/pulumi/pulumi/pkg/v3/cmd/pulumi';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Asked {
  readonly operation: string;
  readonly type: string;
  readonly preview: boolean;
  /** Of what was read. */
  readonly id?: string;
}

export interface PulumiCli {
  /** Where Pulumi.yaml is. */
  readonly project: string;
  readonly stack: string;
  /** In which the command finds its state and its plugins, beside what this process has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Replaces the whole configuration of the stack. */
  configure(values: Readonly<Record<string, unknown>>): Promise<void>;
  pulumi(...args: readonly string[]): Promise<Ended>;
  /** A file for `redoubt:deployment`: the same database under another policy. */
  deploymentWith(topology: Readonly<Record<string, unknown>>): Promise<string>;
  /** What is there before the program runs: resource ids to inputs. */
  exists(resources: Readonly<Record<string, unknown>>): Promise<void>;
  /** The state of the stack, changed by hand. */
  edited(change: (state: string) => string): Promise<void>;
  /** What the provider was asked since the last time. */
  asked(): Promise<Asked[]>;
  remove(): Promise<void>;
}

export async function isInstalled(command: string): Promise<boolean> {
  return run(command, ['version']).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
  );
}

export async function openCli(): Promise<PulumiCli> {
  const folder = await mkdtemp(join(tmpdir(), 'redoubt-pulumi-'));
  const log = join(folder, 'provider.log');
  const existing = join(folder, 'existing.json');
  const project = await projectIn(folder);
  const configFile = join(project, 'Pulumi.test.yaml');
  const plugins = join(folder, 'plugins');
  await mkdir(plugins);
  await writePlugin(join(plugins, 'pulumi-resource-azure-native'), 'provider.ts');
  // Installed with the command, as a rule; built from source, the command comes without it.
  if (!(await isInstalled('pulumi-language-nodejs'))) {
    await writePlugin(join(plugins, 'pulumi-language-nodejs'), 'language-host.ts');
  }
  const own = {
    PATH: `${plugins}:${join(REPOSITORY_ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
    PULUMI_HOME: join(folder, 'home'),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: '',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PROVIDER_LOG: log,
    PROVIDER_EXISTING: existing,
  };
  const env = { ...process.env, ...own };
  const options = { cwd: project, env, timeout: TIME_LIMIT_MS, maxBuffer: 16 * 1_024 * 1_024 };
  const pulumi = (...args: readonly string[]): Promise<Ended> =>
    run('pulumi', [...args, '--stack', STACK, '--non-interactive'], options).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: Ended) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
    );
  await run('pulumi', ['stack', 'init', STACK, '--no-select', '--non-interactive'], options);
  // Without it, what is encrypted in the state could not be read any more.
  const [salt = ''] = /^encryptionsalt: .*$/m.exec(await readFile(configFile, 'utf8')) ?? [];
  return {
    project,
    stack: STACK,
    environment: own,
    pulumi,
    configure: (values) => {
      const entries = Object.entries(values).map(([key, value]) => [`redoubt:${key}`, value]);
      // YAML is a superset of JSON.
      return writeFile(
        configFile,
        `${salt}
config: ${JSON.stringify(Object.fromEntries(entries))}
`,
      );
    },
    deploymentWith: async (changes) => {
      const topology = { platform: 'azure-managed-redis', name: 'shop', sku: 'Balanced_B5', ...changes };
      const path = join(folder, 'shop.json');
      await writeFile(path, JSON.stringify({ name: 'shop', description: 'A shop.', topology }));
      return path;
    },
    edited: async (change) => {
      const file = join(folder, 'state.json');
      await pulumi('stack', 'export', '--file', file);
      await writeFile(file, change(await readFile(file, 'utf8')));
      const { code, stderr } = await pulumi('stack', 'import', '--file', file);
      if (code !== 0) throw new Error(stderr);
    },
    exists: (resources) => writeFile(existing, JSON.stringify(resources)),
    asked: async () => {
      const text = await readFile(log, 'utf8').catch(() => '');
      await rm(log, { force: true });
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Asked);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The project as it is, in a folder where the command may write: it keeps a stack's settings beside Pulumi.yaml. */
async function projectIn(folder: string): Promise<string> {
  const project = join(folder, 'project');
  await mkdir(project);
  await copyFile(join(REPOSITORY_ROOT, 'Pulumi.yaml'), join(project, 'Pulumi.yaml'));
  for (const name of ['bin', 'node_modules', 'package.json']) {
    await symlink(join(REPOSITORY_ROOT, name), join(project, name));
  }
  return project;
}

async function writePlugin(path: string, program: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\nexec "${process.execPath}" "${join(import.meta.dirname, program)}" "$@"\n`);
  await chmod(path, 0o755);
}
