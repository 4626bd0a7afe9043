/** One real redis-server with a certificate of the test's choice, for deployments that are set up badly. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { type Authority, makeAuthority, signCertificate, type Validity } from '../../lib/lab/certificates.ts';
import { findRedisServer } from '../../lib/lab/redis-binary.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import { dial } from '../../lib/verify/connection.ts';

export const LONE_SERVER_NAME = 'lone.redoubt.test';
export const LONE_PASSWORD = 'only-for-this-test';

export interface LoneServerOptions {
  /** Lines of redis.conf, after those every server here has. */
  readonly lines?: readonly string[];
  readonly validity?: Validity;
  readonly names?: readonly string[];
  /** Default true. */
  readonly tls?: boolean;
}

export interface LoneServer {
  readonly profile: ConnectionProfile;
  readonly folder: string;
}

/** Starts it, waits until it is up, hands it over, and ends it whatever happens. */
export async function withLoneServer(
  options: LoneServerOptions,
  use: (server: LoneServer) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'redoubt-verify-'));
  await chmod(folder, 0o700);
  let child: ChildProcess | undefined;
  try {
    const authority = await makeAuthority('Lone authority');
    const port = await freePort();
    await writeFiles(folder, authority, options, port);
    const { path } = await findRedisServer(process.env);
    child = spawn(path, [join(folder, 'redis.conf')], { stdio: 'ignore' });
    await waitUntil({
      what: 'the server to listen',
      timeoutMs: 10_000,
      everyMs: 20,
      probe: async () => {
        const settings = { serverName: LONE_SERVER_NAME, minimumVersion: 'TLSv1.2', askTimeoutMs: 1_000 } as const;
        const { observation, link } = await dial({ host: '127.0.0.1', port }, settings);
        link?.close();
        return observation.failure?.stage === 'tcp' ? undefined : true;
      },
    });
    await use({ folder, profile: profileOf(folder, port) });
  } finally {
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeFiles(
  folder: string,
  authority: Authority,
  options: LoneServerOptions,
  port: number,
): Promise<void> {
  const pair = await signCertificate(authority, options.names ?? [LONE_SERVER_NAME], options.validity);
  const file = (name: string) => join(folder, name);
  await Promise.all([
    writeFile(file('authority.pem'), authority.certificatePem),
    writeFile(file('server.pem'), pair.certificatePem),
    writeFile(file('server.key'), pair.privateKeyPem, { mode: 0o600 }),
    writeFile(file('password'), LONE_PASSWORD, { mode: 0o600 }),
    writeFile(file('redis.conf'), configuration(folder, options, port), { mode: 0o600 }),
  ]);
}

function configuration(folder: string, { lines = [], tls = true }: LoneServerOptions, port: number): string {
  const listening = tls
    ? [
        `port 0`,
        `tls-port ${port}`,
        `tls-cert-file ${folder}/server.pem`,
        `tls-key-file ${folder}/server.key`,
        'tls-auth-clients no',
        `tls-ca-cert-file ${folder}/authority.pem`,
      ]
    : [`port ${port}`];
  return [
    ...listening,
    'bind 127.0.0.1',
    `dir ${folder}`,
    'save ""',
    'appendonly no',
    'protected-mode no',
    ...lines,
    '',
  ].join('\n');
}

function profileOf(folder: string, port: number): ConnectionProfile {
  return {
    schemaVersion: 1,
    deployment: 'lone',
    platform: 'azure-managed-redis',
    clusteringPolicy: 'NoCluster',
    clientMode: 'single',
    endpoint: { host: '127.0.0.1', port },
    tls: { serverName: LONE_SERVER_NAME, caFile: join(folder, 'authority.pem'), minimumVersion: 'TLSv1.2' },
    authentication: { secret: { kind: 'file', path: join(folder, 'password') } },
    crossSlotCommands: 'all',
    replicaReads: 'never',
    nameResolution: { kind: 'system' },
    expected: { shardCount: 1, replicasPerShard: 0 },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
