/**
 * The package as its users get it: built, packed, installed from the tarball into an empty folder, and used there.
 * Needs a package registry for the dependencies; without one, every test says so and is skipped.
 */

import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Ended, runProgram } from '../scripts/fixture-folder.ts';

const checkout = resolve(import.meta.dirname, '../..');
const manifest = JSON.parse(await readFile(join(checkout, 'package.json'), 'utf8'));
const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json');
/** What builds stacks needs the cloud's own library, which only those who build stacks install: an optional peer. */
const NEEDS_A_PEER = ['./aws', './azure'];

let folder = '';
let packed: { filename: string; files: { path: string }[]; unpackedSize: number };
let noRegistry: string | undefined;

const consumer = (...path: string[]) => join(folder, 'consumer', ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redoubt-package-'));
  const copy = join(folder, 'package');
  // Built in a copy, so that whoever uses the dist/ of the checkout is not disturbed.
  await cp(checkout, copy, { recursive: true, filter: isSource });
  const build = [join(checkout, 'scripts/build.ts'), '--out', join(copy, 'dist')];
  succeeded(await run(process.execPath, build, checkout));
  const pack = succeeded(await run('npm', ['pack', '--json', '--loglevel=error'], copy));
  [packed] = JSON.parse(pack.stdout);
  await mkdir(consumer());
  await writeFile(consumer('package.json'), '{"name":"consumer","private":true,"type":"module"}');
  // Without a network npm would try for many minutes.
  const patience = ['--fetch-timeout=15000', '--fetch-retries=1'];
  const install = ['install', '--prefer-offline', ...patience, '--no-audit', '--no-fund', '--loglevel=error'];
  const installed = await run('npm', [...install, join(copy, packed.filename)], consumer());
  noRegistry = registryProblem(installed);
  if (noRegistry === undefined) succeeded(installed);
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function isSource(path: string): boolean {
  return !['node_modules', '.git', 'dist', '.redoubt'].includes(relative(checkout, path));
}

/** Only what means "nobody answers"; a registry that answers badly is a failure. */
function registryProblem({ code, stderr }: Ended): string | undefined {
  const match = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.exec(stderr);
  return code === 0 || match === null ? undefined : `no package registry can be reached (${match[1]})`;
}

function succeeded(ended: Ended): Ended {
  if (ended.code === 0) return ended;
  throw new Error(`A command that must succeed ended with code ${ended.code}:\n${ended.stdout}\n${ended.stderr}`);
}

/** As from a shell of its own: what `npm test` puts into the environment would send npx to this checkout. */
function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$|NODE_ENV$|VITEST)/i.test(name));
  return runProgram(program, args, Object.fromEntries(inherited), cwd);
}

const redoubt = (...args: string[]) => run('npx', ['--loglevel=error', '--no-install', 'redoubt', ...args], consumer());

function importOf(entry: string): Promise<Ended> {
  const specifier = `redoubt${entry.slice(1)}`;
  const code = `console.log(Object.keys(await import(${JSON.stringify(specifier)})).length > 0)`;
  return run(process.execPath, ['--input-type=module', '--eval', code], consumer());
}

/** The checkout's own copies, linked for as long as `use` runs: installing them would take longer than everything else here. */
async function withPeers(peers: readonly string[], use: () => Promise<void>): Promise<void> {
  const links = peers.map((peer) => consumer('node_modules', peer));
  try {
    for (const [index, link] of links.entries()) {
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(checkout, 'node_modules', peers[index] as string), link);
    }
    await use();
  } finally {
    for (const link of links) await rm(link, { force: true });
    await rm(consumer('node_modules/@pulumi'), { recursive: true, force: true });
  }
}

/** What a user of the constructs writes. */
const STACK_WITH_FUNCTION = `
import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ElastiCacheCluster, MaintenanceRehearsal, VerifiedDeployment } from 'redoubt/aws';

const app = new App({ outdir: 'cdk.out', analyticsReporting: false });
const stack = new Stack(app, 'Shop');
const vpc = new Vpc(stack, 'Vpc');
const topology = { platform: 'elasticache', name: 'shop', shardCount: 3, replicasPerShard: 1 };
const cluster = new ElastiCacheCluster(stack, 'Cache', { vpc, topology });
new VerifiedDeployment(new Stack(app, 'ShopVerified'), 'Verified', { cluster, vpc });
new MaintenanceRehearsal(new Stack(app, 'ShopRehearsal'), 'Rehearsal', { cluster, vpc });
app.synth();
`;

async function synthesise(): Promise<void> {
  await writeFile(consumer('stack.ts'), STACK_WITH_FUNCTION);
  await rm(consumer('cdk.out'), { recursive: true, force: true });
  await withPeers(['aws-cdk-lib', 'constructs'], async () => {
    succeeded(await run(process.execPath, ['stack.ts'], consumer()));
  });
}

async function importError(specifier: string): Promise<string> {
  const code = `await import('${specifier}')`;
  return (await run(process.execPath, ['--input-type=module', '--eval', code], consumer())).stderr;
}

test('the tarball holds what is published and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['LICENSE', 'CHANGELOG.md', 'package.json', 'dist/bin/redoubt.js']));
  const allowed = /^(LICENSE|README\.md|CHANGELOG\.md|package\.json|schemas\/.+\.json|dist\/.+\.(m?js|d\.m?ts))$/;
  expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
  // A function's bundle holds all that it imports.
  expect(packed.unpackedSize).toBeLessThan(5_000_000);
});

test('every file that package.json names is in the tarball', () => {
  const paths = packed.files.map(({ path }) => `./${path}`);
  const named = Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target as object),
  );
  const bins = Object.values(manifest.bin).map((path) => `./${path}`);
  expect([...named, ...bins].filter((path) => !paths.includes(path))).toEqual([]);
});

test('a checkout that was not built is not packed', async () => {
  const unbuilt = join(folder, 'unbuilt');
  await mkdir(unbuilt);
  await cp(join(checkout, 'package.json'), join(unbuilt, 'package.json'));
  const { code, stderr } = await run('npm', ['pack', '--dry-run', '--loglevel=error'], unbuilt);
  expect([code, stderr]).toEqual([1, expect.stringContaining('Run `npm run build` first')]);
});

describe('installed in an empty folder', () => {
  beforeEach(({ skip }) => {
    if (noRegistry !== undefined) skip(noRegistry);
  });

  test('npx redoubt --version', async () => {
    expect(await redoubt('--version')).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  test('redoubt list names the deployments and the scenarios', async () => {
    const { stdout } = succeeded(await redoubt('list'));
    for (const name of ['elasticache', 'azure-oss', 'azure-enterprise', 'azure-nocluster', 'planned-replacement']) {
      expect(stdout).toContain(name);
    }
  });

  test.each(entries.filter((entry) => !NEEDS_A_PEER.includes(entry)))('import of %s', async (entry) => {
    expect(await importOf(entry)).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
  });

  test.each(NEEDS_A_PEER)('import of %s asks for the library it needs, and works with it', async (entry) => {
    const peers = Object.keys(manifest.peerDependencies);
    const without = await importOf(entry);
    expect(without.code).toBe(1);
    expect(peers.filter((peer) => without.stderr.includes(`Cannot find package '${peer}'`))).toHaveLength(1);
    await withPeers(peers, async () => {
      expect(await importOf(entry)).toMatchObject({ code: 0, stdout: 'true\n' });
    });
  });

  test("the README's program for the CDK makes its two stacks, without a warning", async () => {
    const readme = await readFile(join(checkout, 'README.md'), 'utf8');
    const programs = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => program);
    const program = programs.find((each) => each.includes('new App()')) ?? '';
    await writeFile(
      consumer('app.ts'),
      `${program.replace('new App()', "new App({ outdir: 'readme.out' })")}app.synth();\n`,
    );
    await withPeers(['aws-cdk-lib', 'constructs'], async () => {
      const { stderr } = succeeded(await run(process.execPath, ['app.ts'], consumer()));
      expect(stderr).not.toMatch(/warning/i);
    });
    expect(await readdir(consumer('readme.out'))).toEqual(
      expect.arrayContaining(['Shop.template.json', 'ShopVerified.template.json']),
    );
  });

  test('functions are deployed as they were built, without esbuild', async () => {
    expect(await importError('esbuild')).toContain("Cannot find package 'esbuild'");
    await synthesise();
    const assets = (await readdir(consumer('cdk.out'))).filter((name) => name.startsWith('asset.'));
    const bundles = assets.filter((name) => existsSync(consumer('cdk.out', name, 'index.mjs')));
    const texts = await Promise.all(bundles.map((name) => readFile(consumer('cdk.out', name, 'index.mjs'), 'utf8')));
    // The one that verifies, and the one that rotates the password.
    expect(texts.filter((text) => text.includes('ROTATION_VERSION_NOT_PENDING'))).toHaveLength(1);
    expect(bundles).toHaveLength(2);
    const bundle = bundles[texts.findIndex((text) => text.includes('VERIFY_SECRET_UNREADABLE'))];
    // Asked as CloudFormation asks when the stack is deleted: the one call that needs nothing else.
    const code = `const { handler } = await import('./cdk.out/${bundle}/index.mjs');
      console.log((await handler({ RequestType: 'Delete', PhysicalResourceId: 'verified-1', ResourceProperties: {} })).PhysicalResourceId);`;
    const asked = await run(process.execPath, ['--input-type=module', '--eval', code], consumer());
    expect(asked).toEqual({ code: 0, stdout: 'verified-1\n', stderr: '' });
  });

  test('a rehearsal takes the installed package along, and its own line installs that', {
    timeout: 120_000,
  }, async ({ skip }) => {
    await synthesise();
    const template = JSON.parse(await readFile(consumer('cdk.out/ShopRehearsal.template.json'), 'utf8'));
    const project = Object.values<{ Type: string; Properties: { Source: { BuildSpec: string } } }>(
      template.Resources,
    ).find(({ Type }) => Type === 'AWS::CodeBuild::Project');
    const [install] = JSON.parse(project?.Properties.Source.BuildSpec ?? '').phases.install.commands;
    const assets = (await readdir(consumer('cdk.out'))).filter((name) =>
      existsSync(consumer('cdk.out', name, 'redoubt')),
    );
    expect(assets).toHaveLength(1);
    const source = consumer('cdk.out', assets[0] as string);
    expect(existsSync(join(source, 'redoubt/dist/bin/redoubt.js'))).toBe(true);
    expect(existsSync(join(source, 'redoubt/node_modules'))).toBe(false);
    // As on the runner, but not into the Node of this machine, whose settings another prefix would hide.
    const prefix = join(folder, 'runner');
    const registry = succeeded(await run('npm', ['config', 'get', 'registry'], consumer())).stdout.trim();
    const settings = { prefix, registry, prefer_offline: 'true', fetch_retries: '1', fetch_timeout: '15000' };
    const assignments = Object.entries(settings).map(([name, value]) => `npm_config_${name}='${value}'`);
    const installed = await run('/bin/sh', ['-c', `${assignments.join(' ')} ${install}`], source);
    const unreachable = registryProblem(installed);
    if (unreachable !== undefined) skip(unreachable);
    succeeded(installed);
    const version = await run(join(prefix, 'bin/redoubt'), ['--version'], folder);
    expect(version).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const beside = await readdir(join(prefix, 'lib/node_modules/@aws-sdk'));
    expect(beside).toContain('client-elasticache');
  });

  test('what is not exported cannot be imported', async () => {
    const code = "await import('redoubt/dist/lib/base/problem.js')";
    const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', code], consumer());
    expect(stderr).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test('a TypeScript consumer sees the types of every entry', async () => {
    const lines = entries.map((entry, index) => `import * as entry${index} from 'redoubt${entry.slice(1)}';`);
    // Every import must be a module with members: an unresolved or untyped one is an error under strict.
    const uses = entries.map((_, index) => `export type Keys${index} = keyof typeof entry${index};`);
    await writeFile(consumer('consumer.ts'), [...lines, ...uses].join('\n'));
    const types = `--typeRoots ${join(checkout, 'node_modules/@types')} --types node`.split(' ');
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck', ...types];
    const compiler = join(checkout, 'node_modules/typescript/bin/tsc');
    expect(await run(process.execPath, [compiler, ...options, 'consumer.ts'], consumer())).toMatchObject({
      code: 0,
      stdout: '',
    });
  });

  test('the dependencies it declares are the ones it needs, and their peers fit', async () => {
    succeeded(await run('npm', ['ls', '--all', '--loglevel=error'], consumer()));
  });

  // The processes that the package starts (proxies, clients under load) are files of its own, found from where they are.
  test('rehearses a maintenance, and leaves nothing running', { timeout: 120_000 }, async () => {
    const own = ['--base-directory', join(folder, 'labs'), '--output', join(folder, 'results')];
    const brief = ['--clients', 'redoubt', '--rate', '200', '--watch', '1s'];
    const ended = await redoubt('rehearse', 'azure-enterprise', ...brief, ...own);
    const report = JSON.parse(await readFile(join(folder, 'results/latest/report.json'), 'utf8'));
    const [client] = report.drills[0].clients;
    expect(client.operations.ok, ended.stdout).toBeGreaterThan(200);
    expect(report.checks.filter(({ verdict }: { verdict: string }) => verdict !== 'pass')).toEqual([]);
    expect((await redoubt('lab', 'status', '--base-directory', join(folder, 'labs'))).stdout).toMatch(/no lab/i);
  });
});
