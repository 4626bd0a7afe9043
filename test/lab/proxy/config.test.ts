import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProblemError } from '../../../lib/base/problem.ts';
import { parseProxyConfig, readProxyConfig, readProxySecrets } from '../../../lib/lab/proxy/config.ts';

const valid = {
  kind: 'enterprise',
  listen: { host: '127.0.0.1', port: 0 },
  tls: { keyFile: '/k', certificateFile: '/c', caFile: '/a' },
  application: { userName: 'default', passwordFile: '/p' },
  administrator: { userName: 'admin', passwordFile: '/q' },
  backends: { seeds: [{ host: '127.0.0.1', port: 7000 }], serverName: 'redis.example' },
};

function problemsOf(action: () => unknown) {
  try {
    action();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration of a proxy', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'redoubt-proxy-config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('fills its defaults', () => {
    expect(parseProxyConfig(valid)).toMatchObject({
      oneShard: false,
      idleTimeoutMs: 600_000,
      waitForShardMs: 10_000,
      topologyPollMs: 100,
    });
  });

  test('names every problem at once, with its place', () => {
    const problems = problemsOf(() =>
      parseProxyConfig({ ...valid, kind: 'sentinel', listen: { host: '', port: 70_000 }, extra: 1 }),
    );
    expect(problems.map(({ path }) => path).sort()).toEqual(['', 'kind', 'listen.host', 'listen.port']);
    expect(problems.every(({ code }) => code === 'PROXY_CONFIG_INVALID')).toBe(true);
  });

  test('needs a node or a file that names some', () => {
    const without = { ...valid, backends: { ...valid.backends, seeds: [] } };
    expect(problemsOf(() => parseProxyConfig(without))).toMatchObject([{ path: 'backends.seeds' }]);
    expect(parseProxyConfig({ ...without, stateFile: '/s' }).stateFile).toBe('/s');
  });

  test('is refused when others may read it, when it is missing, and when it is not JSON', () => {
    const path = join(folder, 'config.json');
    expect(problemsOf(() => readProxyConfig(path))).toMatchObject([{ code: 'PROXY_CONFIG_UNREADABLE' }]);
    writeFileSync(path, JSON.stringify(valid));
    chmodSync(path, 0o644);
    expect(problemsOf(() => readProxyConfig(path))).toMatchObject([
      { code: 'PROXY_CONFIG_EXPOSED', message: expect.stringContaining('0644') },
    ]);
    chmodSync(path, 0o600);
    expect(readProxyConfig(path).kind).toBe('enterprise');
    writeFileSync(path, '{');
    expect(problemsOf(() => readProxyConfig(path))).toMatchObject([
      { code: 'PROXY_CONFIG_INVALID', message: expect.stringContaining('is not JSON') },
    ]);
  });

  test('every file it names that cannot be read is a problem of its own', () => {
    const problems = problemsOf(() => readProxySecrets(parseProxyConfig(valid)));
    expect(problems.map(({ code }) => code)).toEqual(new Array(5).fill('PROXY_FILE_UNREADABLE'));
  });
});
