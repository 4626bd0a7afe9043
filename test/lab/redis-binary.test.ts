import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import { findRedisServer, parseServerVersion } from '../../lib/lab/redis-binary.ts';

// What real programs print, recorded: the fixtures are tiny programs that print it again.
const SAYS = {
  redis7: 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0',
  redis6: 'Redis server v=6.2.16 sha=00000000:0 malloc=jemalloc-5.1.0 bits=64 build=1',
  valkey8: 'Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=2',
  withTls: '# Failed to load certificate: /nonexistent: error:80000002:system library::No such file or directory',
  withoutTls70: `*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\n>>> 'tls-port "1"'\nBad directive or wrong number of arguments`,
  withoutTls72: '# Missing implement of connection type tls\n# Failed to configure TLS. Check logs for more info.',
} as const;

let root = '';

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'redoubt-binary-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

let folders = 0;

async function folderWith(programs: Readonly<Record<string, string>>): Promise<string> {
  folders += 1;
  const folder = join(root, `bin-${folders}`);
  await mkdir(folder);
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

/** A program that prints one text for `--version` and another, with exit code 1, for everything else. */
function fake(version: string, start: string): string {
  return `#!/bin/sh\nif [ "$1" = --version ]; then cat <<'END'\n${version}\nEND\nexit 0; fi\ncat <<'END'\n${start}\nEND\nexit 1\n`;
}

const goodRedis = fake(SAYS.redis7, SAYS.withTls);
const goodValkey = fake(SAYS.valkey8, SAYS.withTls);
// The fixtures are shell scripts and need sh and cat.
const withShell = (...paths: string[]) => [...paths, '/nonexistent-folder'].join(':');

async function problemsOf(env: NodeJS.ProcessEnv) {
  const error = await findRedisServer(env).then(
    (server) => expect.fail(`found ${server.path}`),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return (error as ProblemError).problems;
}

describe('findRedisServer', () => {
  test('takes redis-server from the PATH', async () => {
    const folder = await folderWith({ 'redis-server': goodRedis });
    expect(await findRedisServer({ PATH: withShell(folder) })).toEqual({
      path: join(folder, 'redis-server'),
      kind: 'redis',
      version: { major: 7, minor: 0, patch: 15 },
    });
  });

  test('takes valkey-server when there is no redis-server', async () => {
    const folder = await folderWith({ 'valkey-server': goodValkey });
    expect(await findRedisServer({ PATH: withShell(folder) })).toMatchObject({ kind: 'valkey', version: { major: 8 } });
  });

  test('goes on to the next program when the first one is too old', async () => {
    const old = await folderWith({ 'redis-server': fake(SAYS.redis6, SAYS.withTls) });
    const good = await folderWith({ 'valkey-server': goodValkey });
    expect(await findRedisServer({ PATH: withShell(old, good) })).toMatchObject({ kind: 'valkey' });
  });

  test('keeps the name of a link, because the program acts by the name it is called by', async () => {
    const folder = await folderWith({ 'redis-check-rdb': goodRedis });
    await symlink('redis-check-rdb', join(folder, 'redis-server'));
    expect(await findRedisServer({ PATH: withShell(folder) })).toMatchObject({ path: join(folder, 'redis-server') });
  });

  test('prefers the program that REDOUBT_REDIS_SERVER names', async () => {
    const onPath = await folderWith({ 'redis-server': goodRedis });
    const named = await folderWith({ 'my-server': goodValkey });
    const env = { PATH: withShell(onPath), REDOUBT_REDIS_SERVER: join(named, 'my-server') };
    expect(await findRedisServer(env)).toMatchObject({ path: join(named, 'my-server'), kind: 'valkey' });
  });

  test('looks for a bare name in REDOUBT_REDIS_SERVER on the PATH', async () => {
    const folder = await folderWith({ 'redis-server': goodRedis, 'valkey-server': goodValkey });
    const env = { PATH: withShell(folder), REDOUBT_REDIS_SERVER: 'valkey-server' };
    expect(await findRedisServer(env)).toMatchObject({ path: join(folder, 'valkey-server') });
  });

  test('treats an empty REDOUBT_REDIS_SERVER as not set', async () => {
    const folder = await folderWith({ 'redis-server': goodRedis });
    expect(await findRedisServer({ PATH: withShell(folder), REDOUBT_REDIS_SERVER: '' })).toMatchObject({
      kind: 'redis',
    });
  });

  test('leaves no file behind', async () => {
    const folder = await folderWith({ 'redis-server': goodRedis });
    await findRedisServer({ PATH: withShell(folder) });
    expect(await readdir(folder)).toEqual(['redis-server']);
  });
});

describe('findRedisServer says what is wrong', () => {
  test('when there is none', async () => {
    expect(await problemsOf({ PATH: await folderWith({}) })).toEqual([
      {
        code: 'REDIS_SERVER_MISSING',
        message:
          'No redis-server or valkey-server is on the PATH; the lab needs a redis-server or valkey-server, version 7.0 or newer, ' +
          "built with TLS. Install one with the system's package manager (in a checkout of Redoubt: npm run setup), " +
          "or set REDOUBT_REDIS_SERVER to the program's path.",
      },
    ]);
  });

  test('when there is not even a PATH', async () => {
    expect(await problemsOf({})).toMatchObject([{ code: 'REDIS_SERVER_MISSING' }]);
  });

  test('when REDOUBT_REDIS_SERVER names nothing, and does not quietly take another', async () => {
    const folder = await folderWith({ 'redis-server': goodRedis });
    const problems = await problemsOf({ PATH: withShell(folder), REDOUBT_REDIS_SERVER: `${folder}/absent` });
    expect(problems).toMatchObject([{ code: 'REDIS_SERVER_MISSING' }]);
    expect(problems[0]?.message).toContain(`REDOUBT_REDIS_SERVER is "${folder}/absent"`);
  });

  test.each([
    ['a folder', (folder: string) => mkdir(join(folder, 'redis-server'))],
    ['not executable', (folder: string) => writeFile(join(folder, 'redis-server'), goodRedis, { mode: 0o644 })],
  ])('when what has the name is %s', async (_, make) => {
    const folder = await folderWith({});
    await make(folder);
    expect(await problemsOf({ PATH: folder })).toMatchObject([{ code: 'REDIS_SERVER_MISSING' }]);
  });

  test('when it is too old', async () => {
    const folder = await folderWith({ 'redis-server': fake(SAYS.redis6, SAYS.withTls) });
    const problems = await problemsOf({ PATH: withShell(folder) });
    expect(problems).toMatchObject([{ code: 'REDIS_SERVER_TOO_OLD' }]);
    expect(problems[0]?.message).toContain('is redis 6.2.16; the lab needs version 7.0.0 or newer.');
  });

  test.each([
    ['7.0, where the directive is unknown', SAYS.withoutTls70],
    ['7.2 and later, where the connection type is missing', SAYS.withoutTls72],
  ])('when it has no TLS: %s', async (_, start) => {
    const folder = await folderWith({ 'redis-server': fake(SAYS.redis7, start) });
    const problems = await problemsOf({ PATH: withShell(folder) });
    expect(problems).toMatchObject([{ code: 'REDIS_SERVER_WITHOUT_TLS' }]);
    expect(problems[0]?.message).toContain('(redis 7.0.15) was built without TLS');
  });

  test.each([
    ['prints something else', '#!/bin/sh\necho "hello, I am a wrapper"\n', 'it printed "hello, I am a wrapper"'],
    ['prints nothing', '#!/bin/sh\nexit 3\n', 'it printed nothing'],
    ['is no program at all', '#!/nonexistent-interpreter\n', 'it could not be run (ENOENT)'],
    [
      'does not start with TLS for another reason',
      fake(SAYS.redis7, '# Out of memory'),
      'it printed "# Out of memory"',
    ],
  ])('when it %s', async (_, text, expected) => {
    const folder = await folderWith({ 'redis-server': text });
    const problems = await problemsOf({ PATH: withShell(folder) });
    expect(problems).toMatchObject([{ code: 'REDIS_SERVER_UNUSABLE' }]);
    expect(problems[0]?.message).toContain(expected);
  });

  test('about every program at once', async () => {
    const folder = await folderWith({
      'redis-server': fake(SAYS.redis6, SAYS.withTls),
      'valkey-server': fake(SAYS.valkey8, SAYS.withoutTls72),
    });
    const problems = await problemsOf({ PATH: withShell(folder) });
    expect(problems.map(({ code }) => code)).toEqual(['REDIS_SERVER_TOO_OLD', 'REDIS_SERVER_WITHOUT_TLS']);
  });

  test('when it never answers, within a bound', async () => {
    const folder = await folderWith({ 'redis-server': '#!/bin/sh\nexec /bin/sleep 60\n' });
    const error: unknown = await findRedisServer({ PATH: folder }, { probeTimeoutMs: 300 }).catch((thrown) => thrown);
    expect(error).toMatchObject({ problems: [{ code: 'REDIS_SERVER_UNUSABLE' }] });
    expect((error as ProblemError).message).toContain('it did not end within 300 ms');
  });
});

describe('parseServerVersion', () => {
  test.each([
    [SAYS.redis7, 'redis-server', { kind: 'redis', version: { major: 7, minor: 0, patch: 15 } }],
    [SAYS.valkey8, 'redis-server', { kind: 'valkey', version: { major: 8, minor: 1, patch: 1 } }],
    ['Server v=7.2.9 sha=0', 'valkey-server', { kind: 'valkey', version: { major: 7, minor: 2, patch: 9 } }],
    ['Server v=255.255.255 sha=0', 'redis-server', { kind: 'redis', version: { major: 255, minor: 255, patch: 255 } }],
    [
      'warning: something\nRedis server v=8.2.0 sha=0',
      'x',
      { kind: 'redis', version: { major: 8, minor: 2, patch: 0 } },
    ],
    ['Redis server v=7.0', 'redis-server', undefined],
    ['redis-cli 7.0.15', 'redis-server', undefined],
    ['', 'redis-server', undefined],
  ])('%j of %s', (line, name, expected) => {
    expect(parseServerVersion(line, name)).toEqual(expected);
  });
});
