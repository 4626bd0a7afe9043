import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Lab } from '../../lib/lab/lab.ts';
import { readState } from '../../lib/lab/state.ts';
import { askAsApplication } from './support/ask.ts';
import {
  AZURE_OSS,
  ELASTICACHE,
  newBaseDirectory,
  processesIn,
  removeBaseDirectory,
  startTestLab,
} from './support/lab.ts';

const STARTER = fileURLToPath(new URL('./support/start-and-wait.ts', import.meta.url));
const ONE_SHARD = { ...ELASTICACHE, shardCount: 1, replicasPerShard: 1 };

let baseDirectory: string;

beforeEach(() => {
  baseDirectory = newBaseDirectory();
});
afterEach(() => {
  vi.unstubAllEnvs();
  chmodSync(baseDirectory, 0o700);
  removeBaseDirectory(baseDirectory);
});

function expectNothingLeft(): void {
  expect(processesIn(baseDirectory)).toEqual([]);
  expect(readdirSync(baseDirectory)).toEqual([]);
}

describe('a lab that cannot be started says why, in one sentence, and leaves nothing behind', () => {
  test('when there is no server program', async () => {
    vi.stubEnv('REDOUBT_REDIS_SERVER', join(baseDirectory, 'nowhere'));
    await expect(startTestLab(ONE_SHARD, { baseDirectory })).rejects.toThrow(/REDIS_SERVER_MISSING/);
    expectNothingLeft();
  });

  test('when a node dies while it starts, with the end of its log', async () => {
    vi.stubEnv('REDOUBT_REDIS_SERVER', brokenServer());
    await expect(startTestLab(ONE_SHARD, { baseDirectory: join(baseDirectory, 'labs') })).rejects.toThrow(
      /LAB_NODE_DIED: node-\d \([\d.]+:6379\) ended while it was starting \(exit code 7\): it does not feel like it today/,
    );
    expect(readdirSync(join(baseDirectory, 'labs'))).toEqual([]);
  });

  test('when the base directory is a file', async () => {
    const path = join(baseDirectory, 'file');
    writeFileSync(path, '');
    await expect(startTestLab(ONE_SHARD, { baseDirectory: path })).rejects.toThrow(
      /LAB_DIRECTORY_UNUSABLE: The lab cannot use the directory .*file/,
    );
  });

  test('when the base directory is below a file', async () => {
    writeFileSync(join(baseDirectory, 'file'), '');
    await expect(startTestLab(ONE_SHARD, { baseDirectory: join(baseDirectory, 'file', 'labs') })).rejects.toThrow(
      /LAB_DIRECTORY_UNUSABLE/,
    );
  });

  test('when the topology has no authentication, which no service offers to applications', async () => {
    const topology = { ...ONE_SHARD, authentication: { kind: 'none' as const } };
    await expect(startTestLab(topology, { baseDirectory })).rejects.toThrow(/PROFILE_NEEDS_AUTHENTICATION/);
    expectNothingLeft();
  });

  test('when it was aborted before it began', async () => {
    const signal = AbortSignal.abort(new Error('stop it'));
    await expect(startTestLab(ONE_SHARD, { baseDirectory, signal })).rejects.toThrow('stop it');
    expectNothingLeft();
  });

  test.each([30, 150, 250, 350, 600, 1_200, 1_900])('when it is aborted %i ms after its start', async (afterMs) => {
    const signal = AbortSignal.any([AbortSignal.timeout(afterMs)]);
    await expect(startTestLab(ONE_SHARD, { baseDirectory, signal })).rejects.toThrow(/timeout/);
    expectNothingLeft();
  });
});

const mayMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp']).status === 0;

describe('a lab on a disk that is full', () => {
  beforeEach(({ skip }) => {
    if (!mayMount) skip('a small disk cannot be mounted in a namespace here');
  });

  test.each([4, 40])('of %i kB is not started, says what could not be written, and leaves it empty', async (sizeKb) => {
    const script = `mount -t tmpfs -o size=${sizeKb}k tmpfs "$1" && { "$2" "$3" "$1" owned; ls -A "$1"; echo listed; }`;
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['-rm', 'sh', '-c', script, 'sh', baseDirectory, process.execPath, STARTER],
      { encoding: 'utf8' },
    );
    expect(stderr).toMatch(/LAB_FILE_NOT_WRITTEN: The lab could not write .*ENOSPC/);
    expect(stdout).toBe('listed\n');
  });
});

describe('a lab whose ports are taken', () => {
  const listeners: Server[] = [];
  let lab: Lab | undefined;

  afterEach(async () => {
    await lab?.stop();
    lab = undefined;
    await Promise.all(listeners.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  /** A port that somebody listens on at every address. Any: the service's own may be in use by other labs just now. */
  async function takenPort(): Promise<number> {
    const server = createServer();
    listeners.push(server);
    await new Promise<void>((resolve) => server.listen({ host: '0.0.0.0', port: 0 }, resolve));
    return (server.address() as AddressInfo).port;
  }

  test('takes another for its nodes and says so', async () => {
    const port = await takenPort();
    const said: string[] = [];
    lab = await startTestLab({ ...ONE_SHARD, port }, { baseDirectory, progress: (message) => said.push(message) });
    const [node] = lab.nodes();
    expect(node?.port).not.toBe(port);
    expect(lab.profile.endpoint.port).toBe(node?.port);
    expect(said.join('\n')).toContain(`port ${port} is taken on this machine`);
  });

  test('takes another for the endpoint of Azure', async () => {
    const port = await takenPort();
    lab = await startTestLab({ ...AZURE_OSS, port, shardCount: 1 }, { baseDirectory });
    const { endpoint } = readState(lab.runDirectory);
    expect(endpoint.port).not.toBe(port);
    expect(lab.profile.endpoint.port).toBe(endpoint.port);
    expect(await askAsApplication(lab, endpoint, 'CLUSTER', 'INFO')).toContain('cluster_state:ok');
  });
});

/** Answers the questions that come before a start as a server does, and then ends at once. */
function brokenServer(): string {
  const folder = join(baseDirectory, 'bin');
  mkdirSync(folder);
  const path = join(folder, 'redis-server');
  const script = [
    '#!/bin/sh',
    'case "$*" in',
    '  --version) echo "Redis server v=7.0.15 sha=00000000:0 malloc=libc bits=64 build=0";;',
    '  *tls-cert-file*) echo "Failed to load certificate"; exit 1;;',
    '  *) echo "it does not feel like it today"; exit 7;;',
    'esac',
  ];
  writeFileSync(path, `${script.join('\n')}\n`, { mode: 0o755 });
  return path;
}
