import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { refuseUnsupportedPlatform, runsTypeScript } from '../../scripts/bootstrap/pinned-node.mjs';
import { fixtureFolder, runProgram, writeProgram } from './fixture-folder.ts';

const sources = resolve(import.meta.dirname, '../../scripts');
const nodePackage = `node-${process.platform}-${process.arch}`;

/**
 * A checkout in small: the real bootstrap, a lockfile, and an npm that "installs" by writing what npm writes last.
 * The pinned Node is a link to the Node that runs the tests.
 */
async function checkout({ npm = installs }: { npm?: string } = {}) {
  const root = await fixtureFolder();
  await mkdir(join(root, 'scripts/pinned-node'), { recursive: true });
  await cp(join(sources, 'bootstrap.mjs'), join(root, 'scripts/bootstrap.mjs'));
  await cp(join(sources, 'bootstrap'), join(root, 'scripts/bootstrap'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await writeFile(join(root, 'scripts/pinned-node/package.json'), '{"version":"24.21.0"}');
  await writeFile(join(root, 'package-lock.json'), lockfile('1.0.0'));
  await writeFile(join(root, 'fake-npm.mjs'), npm);
  await writeFile(join(root, 'hello.mjs'), 'console.log("hello", ...process.argv.slice(2)); process.exit(7)');
  const env = { PATH: '/nonexistent', npm_execpath: join(root, 'fake-npm.mjs'), REAL_NODE: process.execPath };
  return {
    root,
    env,
    bootstrap: (args: string[], more: NodeJS.ProcessEnv = {}) =>
      runProgram(process.execPath, [join(root, 'scripts/bootstrap.mjs'), ...args], { ...env, ...more }),
    installs: async () => (await readFile(join(root, 'npm-was-called'), 'utf8')).trim().split('\n'),
  };
}

function lockfile(version: string): string {
  const node = { version: '24.21.0', integrity: 'sha512-node', optional: true };
  const packages = {
    '': { name: 'redoubt' },
    'scripts/pinned-node': { version: '24.21.0' },
    'node_modules/pinned-node': { resolved: 'scripts/pinned-node', link: true },
    'node_modules/tool': { version, integrity: `sha512-${version}` },
    'node_modules/tool-for-another-platform': { version, integrity: 'sha512-other', optional: true },
    [`node_modules/${nodePackage}`]: node,
  };
  return JSON.stringify({ lockfileVersion: 3, packages });
}

const installs = `
import { appendFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
appendFileSync('npm-was-called', process.argv.slice(2).join(' ') + '\\n');
console.log('npm speaks on standard output');
rmSync('node_modules', { recursive: true, force: true });
await new Promise((resume) => setTimeout(resume, 300));
mkdirSync('node_modules/${nodePackage}/bin', { recursive: true });
mkdirSync('node_modules/.bin', { recursive: true });
symlinkSync(process.env.REAL_NODE, 'node_modules/${nodePackage}/bin/node');
symlinkSync('../${nodePackage}/bin/node', 'node_modules/.bin/node');
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
delete packages[''];
delete packages['node_modules/tool-for-another-platform'];
writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages }));
`;

describe('bootstrap', () => {
  test('installs on a fresh checkout, then runs the script with its arguments, its output and its exit code', async () => {
    const { bootstrap, installs } = await checkout();
    const ended = await bootstrap(['hello.mjs', 'a b', '--flag']);
    expect(ended).toMatchObject({ code: 7, stdout: 'hello a b --flag\n' });
    expect(ended.stderr).toContain('npm speaks on standard output');
    expect(ended.stderr).toContain('Installing the dependencies (npm ci) ...');
    expect(await installs()).toEqual(['ci --include=dev --prefer-offline --no-audit --no-fund --loglevel=error']);
  });

  test('does not install again when what is installed is what the lockfile says', async () => {
    const { bootstrap, installs } = await checkout();
    await bootstrap(['hello.mjs']);
    expect(await bootstrap(['hello.mjs'])).toEqual({ code: 7, stdout: 'hello\n', stderr: '' });
    expect(await installs()).toHaveLength(1);
  });

  test('installs again when the lockfile has changed', async () => {
    const { root, bootstrap, installs } = await checkout();
    await bootstrap(['hello.mjs']);
    await writeFile(join(root, 'package-lock.json'), lockfile('1.0.1'));
    await bootstrap(['hello.mjs']);
    expect(await installs()).toHaveLength(2);
  });

  test('installs again when an install was cut short', async () => {
    const { root, bootstrap, installs } = await checkout();
    await mkdir(join(root, 'node_modules'));
    await writeFile(join(root, 'node_modules/.package-lock.json'), '{"packages":{"node_modules/tool":{"ver');
    await bootstrap(['hello.mjs']);
    expect(await installs()).toHaveLength(1);
  });

  test('started twice at once, installs once', async () => {
    const { root, bootstrap, installs } = await checkout();
    const ended = await Promise.all([bootstrap(['hello.mjs', '1']), bootstrap(['hello.mjs', '2'])]);
    expect(ended.map(({ code }) => code)).toEqual([7, 7]);
    expect(await installs()).toHaveLength(1);
    expect(existsSync(join(root, '.redoubt/install.lock'))).toBe(false);
  });

  test('is not held up by the lock of a process that has died', async () => {
    const { root, bootstrap } = await checkout();
    const dead = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await once(dead, 'close');
    await mkdir(join(root, '.redoubt'));
    await writeFile(join(root, '.redoubt/install.lock'), String(dead.pid));
    expect(await bootstrap(['hello.mjs'])).toMatchObject({ code: 7 });
  });

  test('runs the setup for --with-redis, and stops with its exit code', async () => {
    const { root, bootstrap } = await checkout();
    await writeFile(
      join(root, 'scripts/setup.ts'),
      'console.error("setup", ...process.argv.slice(2)); process.exit(70)',
    );
    const ended = await bootstrap(['--with-redis', 'hello.mjs']);
    expect(ended).toMatchObject({ code: 70, stdout: '' });
    expect(ended.stderr).toContain('setup --quiet');
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('passes %s on and waits for the script to tidy up', async (signal) => {
    const { root, env, bootstrap } = await checkout();
    await writeFile(
      join(root, 'tidy.mjs'),
      `process.once('${signal}', () => setTimeout(() => { console.log('tidied up'); process.exit(130); }, 100));
       setInterval(() => {}, 1000); console.log('ready');`,
    );
    await bootstrap(['hello.mjs']);
    const child = spawn(process.execPath, [join(root, 'scripts/bootstrap.mjs'), 'tidy.mjs'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (text.includes('ready')) child.kill(signal);
    });
    const [code] = await once(child, 'close');
    expect({ code, output }).toEqual({ code: 130, output: 'ready\ntidied up\n' });
  });

  test('reports a script that a signal ended as a shell does', async () => {
    const { root, bootstrap } = await checkout();
    await writeFile(join(root, 'dies.mjs'), 'process.kill(process.pid, "SIGKILL")');
    expect(await bootstrap(['dies.mjs'])).toMatchObject({ code: 137 });
  });

  test("without a pinned Node that runs here, uses the machine's and takes the broken one off the PATH", async () => {
    const { root, bootstrap } = await checkout();
    await bootstrap(['hello.mjs']);
    const broken = join(root, `node_modules/${nodePackage}/bin`);
    await rm(join(broken, 'node'));
    await writeProgram(join(broken, 'node'), '#!/nonexistent/ld-musl\n');
    expect(await bootstrap(['hello.mjs'])).toMatchObject({ code: 7, stdout: 'hello\n' });
    expect(existsSync(join(root, 'node_modules/.bin/node'))).toBe(false);
  });

  test('puts the pinned Node on the PATH of npm scripts where npm forgot to', async () => {
    const { root, bootstrap } = await checkout();
    await bootstrap(['hello.mjs']);
    const link = join(root, 'node_modules/.bin/node');
    await rm(link);
    await bootstrap(['hello.mjs']);
    expect(await realpath(link)).toBe(await realpath(process.execPath));
  });

  test('finds npm on the PATH when it is not run by npm', async () => {
    const { root, bootstrap } = await checkout();
    await writeProgram(join(root, 'tools/npm'), `#!/bin/sh\nexec "$REAL_NODE" "${root}/fake-npm.mjs" "$@"\n`);
    await symlink('/bin/sh', join(root, 'tools/sh'));
    const env = { npm_execpath: undefined, PATH: join(root, 'tools') };
    expect(await bootstrap(['hello.mjs'], env)).toMatchObject({ code: 7 });
  });
});

describe('bootstrap says what is wrong', () => {
  test('when npm ci fails', async () => {
    const { bootstrap } = await checkout({ npm: 'console.error("npm error network"); process.exit(1)' });
    const ended = await bootstrap(['hello.mjs']);
    expect(ended).toMatchObject({ code: 70, stdout: '' });
    expect(ended.stderr).toContain('npm error network');
    expect(ended.stderr).toContain(
      'INSTALL_FAILED: npm ci ended with code 1, so the packages that package-lock.json lists',
    );
  });

  test('when installing is forbidden', async () => {
    const { bootstrap, root } = await checkout();
    const ended = await bootstrap(['hello.mjs'], { REDOUBT_NO_INSTALL: '1' });
    expect(ended.code).toBe(70);
    expect(ended.stderr).toBe(
      'INSTALL_FORBIDDEN: The packages that package-lock.json lists are not installed, and REDOUBT_NO_INSTALL forbids ' +
        'installing. Run npm ci, or unset REDOUBT_NO_INSTALL.\n',
    );
    expect(existsSync(join(root, 'npm-was-called'))).toBe(false);
  });

  test('when there is no npm', async () => {
    const { bootstrap } = await checkout();
    const ended = await bootstrap(['hello.mjs'], { npm_execpath: undefined });
    expect(ended).toMatchObject({ code: 70, stderr: expect.stringContaining('PROGRAM_NOT_STARTED: npm could not be') });
  });

  test('when the lockfile is missing', async () => {
    const { bootstrap, root } = await checkout();
    await writeFile(join(root, 'package-lock.json'), 'not json');
    expect(await bootstrap(['hello.mjs'])).toMatchObject({
      code: 70,
      stderr: expect.stringMatching(/^LOCKFILE_MISSING: /),
    });
  });

  test.each([[[]], [['--with-redis']], [['--help']]])('when called with %j', async (args) => {
    const { bootstrap } = await checkout();
    expect(await bootstrap(args)).toMatchObject({
      code: 64,
      stderr: expect.stringMatching(/^BOOTSTRAP_USAGE: Usage: /),
    });
  });
});

test.each([
  ['20.20.2', false],
  ['22.17.1', false],
  ['22.18.0', true],
  ['23.11.0', false],
  ['24.0.0', true],
  ['25.1.0', false],
  ['26.10.0', true],
])('Node %s runs the sources: %s', (version, expected) => {
  expect(runsTypeScript(version)).toBe(expected);
});

test('Windows is refused with the way out, Linux and macOS are not', () => {
  expect(() => refuseUnsupportedPlatform('win32')).toThrow(/^PLATFORM_NOT_SUPPORTED: .*wsl --install/);
  expect(() => ['linux', 'darwin'].forEach(refuseUnsupportedPlatform)).not.toThrow();
});
