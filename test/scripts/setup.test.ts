import { existsSync } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { installRedisServer } from '../../scripts/setup/install-redis.ts';
import { fixtureFolder, runProgram, writeProgram } from './fixture-folder.ts';

const root = resolve(import.meta.dirname, '../..');
const SOMEBODY = 1000;
const ROOT_USER = 0;

/** A PATH on which nothing is but the few tools that scripts need, and what a test puts there. */
async function machine(programs: Readonly<Record<string, string>> = {}) {
  const folder = await fixtureFolder();
  for (const tool of ['sh', 'cat', 'rm', 'chmod', 'touch', 'true']) await symlink(`/bin/${tool}`, join(folder, tool));
  for (const [name, text] of Object.entries(programs)) await writeProgram(join(folder, name), `#!/bin/sh\n${text}\n`);
  const env: NodeJS.ProcessEnv = { PATH: folder, FOLDER: folder };
  return {
    folder,
    env,
    calls: async () =>
      existsSync(join(folder, 'calls')) ? (await readFile(join(folder, 'calls'), 'utf8')).split('\n') : [],
  };
}

const RECORD = `echo "\${0##*/} $*" >>"$FOLDER/calls"`;
const SERVER = `#!/bin/sh
[ "$1" = --version ] && echo 'Redis server v=7.2.4 sha=0' && exit 0
echo '# Failed to load certificate: x'; exit 1`;
const INSTALLS = `${RECORD}
cat >"$FOLDER/redis-server" <<'END'
${SERVER}
END
chmod 755 "$FOLDER/redis-server"`;

function quietly() {
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  onTestFinished(() => write.mockRestore());
}

async function installProblem(env: NodeJS.ProcessEnv, userId: number) {
  quietly();
  const error = await installRedisServer(env, userId).then(
    () => expect.fail('was installed'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems[0];
}

describe('npm run setup', () => {
  const setup = (env: NodeJS.ProcessEnv, ...args: string[]) =>
    runProgram(process.execPath, [join(root, 'scripts/setup.ts'), ...args], env);

  test('says what it found, and nothing with --quiet', async () => {
    const { folder, env } = await machine();
    await writeProgram(join(folder, 'redis-server'), SERVER);
    const expected = `The lab runs redis 7.2.4 with TLS: ${folder}/redis-server\n`;
    expect(await setup(env)).toEqual({ code: 0, stdout: '', stderr: expected });
    expect(await setup(env, '--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('installs a missing server and finds it', async () => {
    const { folder, env, calls } = await machine({ brew: INSTALLS });
    const ended = await setup(env);
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(ended.stderr).toContain('Installing a server for the lab: brew install redis');
    expect(ended.stderr).toContain(`The lab runs redis 7.2.4 with TLS: ${folder}/redis-server`);
    expect((await calls())[0]).toBe('brew install redis');
  });

  test('leaves a server that is too old alone, and says so', async () => {
    const { folder, env, calls } = await machine({ brew: INSTALLS });
    await writeProgram(join(folder, 'redis-server'), '#!/bin/sh\necho "Redis server v=6.0.16 sha=0"');
    expect(await setup(env)).toMatchObject({ code: 70, stderr: expect.stringMatching(/^REDIS_SERVER_TOO_OLD: /) });
    expect(await calls()).toEqual([]);
  });

  test('installs nothing when REDOUBT_REDIS_SERVER names a program that is not there', async () => {
    const { env, calls } = await machine({ brew: INSTALLS });
    const ended = await setup({ ...env, REDOUBT_REDIS_SERVER: '/nonexistent/redis-server' });
    expect(ended).toMatchObject({ code: 70, stderr: expect.stringMatching(/^REDIS_SERVER_MISSING: /) });
    expect(await calls()).toEqual([]);
  });

  test('ends as interrupted when the install is interrupted', async () => {
    const { env } = await machine({ brew: 'exit 130' });
    expect(await setup(env)).toMatchObject({ code: 130 });
  });
});

describe('installRedisServer', () => {
  test('uses sudo where that needs no password', async () => {
    quietly();
    const sudo = `${RECORD}\nshift\nexec "$@"`;
    const { env, calls } = await machine({ dnf: INSTALLS, sudo });
    await installRedisServer(env, SOMEBODY);
    expect((await calls()).slice(0, 3)).toEqual([
      'sudo -n true',
      'sudo -n dnf install --assumeyes valkey',
      'dnf install --assumeyes valkey',
    ]);
  });

  test('tries the other name where a distribution does not have the first', async () => {
    quietly();
    const { env, calls } = await machine({ dnf: `${RECORD}\n[ "$3" = redis ]` });
    await installRedisServer(env, ROOT_USER);
    expect(await calls()).toEqual(['dnf install --assumeyes valkey', 'dnf install --assumeyes redis', '']);
  });

  test('takes the package manager that needs no password before the one that does', async () => {
    quietly();
    const { env, calls } = await machine({ 'apt-get': RECORD, brew: RECORD });
    await installRedisServer(env, SOMEBODY);
    expect(await calls()).toEqual(['brew install redis', '']);
  });

  test.each([
    ['REDIS_INSTALL_NO_PACKAGE_MANAGER', {}, {}, '(apt-get, dnf, apk, brew). Install one yourself, or set'],
    [
      'REDIS_INSTALL_NEEDS_ROOT',
      { 'apt-get': RECORD },
      {},
      'Run `sudo apt-get install redis-server`, then this command',
    ],
    ['REDIS_INSTALL_NEEDS_ROOT', { apk: RECORD, sudo: 'exit 1' }, {}, 'Run `sudo apk add redis`, then this command'],
    ['REDIS_INSTALL_FORBIDDEN', { dnf: RECORD }, { REDOUBT_NO_INSTALL: '1' }, 'Run `sudo dnf install valkey`, unset'],
    ['REDIS_INSTALL_FORBIDDEN', { brew: RECORD }, { REDOUBT_NO_INSTALL: 'true' }, 'Run `brew install redis`, unset'],
    ['REDIS_INSTALL_FAILED', { brew: 'exit 3' }, {}, '`brew install redis` ended with code 3'],
  ])('says %s for %j with %j', async (code, programs, more, sentence) => {
    const { env, calls } = await machine(programs);
    const problem = await installProblem({ ...env, ...more }, SOMEBODY);
    expect(problem?.code).toBe(code);
    expect(problem?.message).toContain(sentence);
    expect(await calls()).toEqual([]);
  });
});

describe('install-with-apt.sh', () => {
  const script = join(root, 'scripts/setup/install-with-apt.sh');

  /** A systemctl that remembers, and an apt-get that starts the service unless the policy forbids it, as Debian does. */
  async function debian(state: { running?: boolean; enabled?: boolean; obeysPolicy?: boolean }) {
    const systemctl = `
case "$1" in
  is-active) [ -e "$FOLDER/running" ] ;;
  is-enabled) [ -e "$FOLDER/enabled" ] ;;
  stop) ${RECORD}; rm -f "$FOLDER/running" ;;
  disable) ${RECORD}; rm -f "$FOLDER/enabled" ;;
esac`;
    const starts = state.obeysPolicy === false ? 'true' : '! { [ -e "$FOLDER/policy" ] && ! "$FOLDER/policy"; }';
    const apt = `${RECORD}\nif [ "$1" = install ]; then touch "$FOLDER/enabled"; if ${starts}; then touch "$FOLDER/running"; fi; fi`;
    const made = await machine({ systemctl, 'apt-get': apt });
    if (state.running) await writeFile(join(made.folder, 'running'), '');
    if (state.enabled) await writeFile(join(made.folder, 'enabled'), '');
    const has = (name: string) => existsSync(join(made.folder, name));
    return { ...made, has, run: () => runProgram('/bin/sh', [script, join(made.folder, 'policy')], made.env) };
  }

  test('leaves no service running, none enabled, and no policy behind', async () => {
    const { run, has, calls } = await debian({});
    expect(await run()).toMatchObject({ code: 0 });
    expect({ running: has('running'), enabled: has('enabled'), policy: has('policy') }).toEqual({
      running: false,
      enabled: false,
      policy: false,
    });
    expect(await calls()).toEqual([
      'apt-get update --quiet=2',
      'apt-get install --yes --quiet=2 --no-install-recommends -o DPkg::Lock::Timeout=300 redis-server',
      'systemctl disable --quiet redis-server',
      '',
    ]);
  });

  test('stops a service that was started in spite of the policy', async () => {
    const { run, has } = await debian({ obeysPolicy: false });
    expect(await run()).toMatchObject({ code: 0 });
    expect(has('running')).toBe(false);
  });

  test('never stops or disables a service that was there before', async () => {
    const { run, has, calls } = await debian({ running: true, enabled: true });
    expect(await run()).toMatchObject({ code: 0 });
    expect({ running: has('running'), enabled: has('enabled') }).toEqual({ running: true, enabled: true });
    expect((await calls()).filter((call) => call.startsWith('systemctl'))).toEqual([]);
  });

  test("keeps an administrator's own policy", async () => {
    const { run, folder } = await debian({});
    const policy = await writeProgram(join(folder, 'policy'), '#!/bin/sh\nexit 104\n');
    expect(await run()).toMatchObject({ code: 0 });
    expect(await readFile(policy, 'utf8')).toBe('#!/bin/sh\nexit 104\n');
  });

  test('takes its policy away also when the install fails', async () => {
    const { run, has, folder } = await debian({});
    await writeProgram(join(folder, 'apt-get'), '#!/bin/sh\n[ "$1" = update ] || exit 100\n');
    expect(await run()).toMatchObject({ code: 100 });
    expect(has('policy')).toBe(false);
  });

  test('goes on with the lists that are there when the update fails', async () => {
    const { run, folder } = await debian({});
    await writeProgram(join(folder, 'apt-get'), '#!/bin/sh\n[ "$1" = install ] || exit 100\n');
    expect(await run()).toMatchObject({ code: 0 });
  });
});
