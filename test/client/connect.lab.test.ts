/** Every way in which connecting fails, as the sentence a person gets; and what a client does when it works. */
import { readFile, writeFile } from 'node:fs/promises';
import { createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ProblemError } from '../../lib/base/problem.ts';
import type { RedoubtCluster } from '../../lib/client/cluster-client.ts';
import { type ConnectOptions, connect } from '../../lib/client/connect.ts';
import { addressesIn } from '../../lib/client/lookup.ts';
import { READ_COMMANDS } from '../../lib/client/retry-policy.ts';
import { expiredValidity, makeAuthority, signCertificate } from '../../lib/lab/certificates.ts';
import type { Lab } from '../../lib/lab/lab.ts';
import type { ConnectionProfile } from '../../lib/profile/profile.ts';
import { ELASTICACHE, newBaseDirectory, removeBaseDirectory, startTestLab } from '../lab/support/lab.ts';

const baseDirectory = newBaseDirectory();
const servers: Server[] = [];
let cluster: Lab;
let single: Lab;

beforeAll(async () => {
  cluster = await startTestLab({ ...ELASTICACHE, shardCount: 2 }, { baseDirectory });
  single = await startTestLab(
    {
      platform: 'azure-managed-redis',
      name: 'orders',
      clusteringPolicy: 'EnterpriseCluster',
      sku: 'Balanced_B5',
      shardCount: 2,
    },
    { baseDirectory },
  );
}, 60_000);
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
afterAll(async () => {
  await cluster?.stop();
  await single?.stop();
  removeBaseDirectory(baseDirectory);
});

/** The code of the one problem; the test fails when connecting works. */
async function failureOf(
  profile: ConnectionProfile,
  options: ConnectOptions = {},
): Promise<{ code: string; message: string }> {
  try {
    const client = await connect(profile, { connectTimeoutMs: 1_000, ...options });
    client.disconnect();
  } catch (error) {
    if (error instanceof ProblemError && error.problems.length === 1)
      return error.problems[0] as { code: string; message: string };
    throw error;
  }
  throw new Error('It connected.');
}

/** A server that is no Redis, at a profile of its own. */
async function profileOf(server: Server, changes: Partial<ConnectionProfile> = {}): Promise<ConnectionProfile> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return { ...cluster.profile, endpoint: { host: '127.0.0.1', port }, ...changes };
}

describe('connecting fails with a sentence', () => {
  test('another authority', async () => {
    const caFile = join(baseDirectory, 'other.pem');
    await writeFile(caFile, (await makeAuthority('somebody else')).certificatePem);
    const { code, message } = await failureOf({ ...cluster.profile, tls: { ...cluster.profile.tls, caFile } });
    expect(code).toBe('CLIENT_TLS_UNTRUSTED');
    expect(message).toContain(caFile);
  });

  test('an authority file that is missing or no certificate', async () => {
    expect(
      (
        await failureOf({
          ...cluster.profile,
          tls: { ...cluster.profile.tls, caFile: join(baseDirectory, 'missing.pem') },
        })
      ).code,
    ).toBe('CLIENT_CA_UNREADABLE');
    const caFile = join(baseDirectory, 'broken.pem');
    await writeFile(caFile, '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n');
    expect((await failureOf({ ...cluster.profile, tls: { ...cluster.profile.tls, caFile } })).code).toBe(
      'CLIENT_CA_UNREADABLE',
    );
  });

  test('a name that the certificate does not carry', async () => {
    const { code, message } = await failureOf({
      ...cluster.profile,
      tls: { ...cluster.profile.tls, serverName: 'somewhere.else' },
    });
    expect(code).toBe('CLIENT_TLS_NAME_MISMATCH');
    expect(message).toContain('somewhere.else');
  });

  test('an expired certificate', async () => {
    const authority = await makeAuthority('old');
    const { certificatePem, privateKeyPem } = await signCertificate(authority, ['old.example'], expiredValidity());
    const caFile = join(baseDirectory, 'old.pem');
    await writeFile(caFile, authority.certificatePem);
    const server = createTlsServer({ cert: certificatePem, key: privateKeyPem });
    const profile = await profileOf(server, { tls: { serverName: 'old.example', caFile, minimumVersion: 'TLSv1.2' } });
    expect((await failureOf(profile)).code).toBe('CLIENT_TLS_EXPIRED');
  });

  test('a wrong password, which is in no sentence', async () => {
    const secret = { kind: 'environment', variable: 'PASSWORD' } as const;
    const profile = { ...cluster.profile, authentication: { ...cluster.profile.authentication, secret } };
    const { code, message } = await failureOf(profile, { environment: { PASSWORD: 'not-the-password' } });
    expect(code).toBe('CLIENT_WRONG_CREDENTIALS');
    expect(message).not.toContain('not-the-password');
    const behindProxy = { ...single.profile, authentication: { ...single.profile.authentication, secret } };
    expect((await failureOf(behindProxy, { environment: { PASSWORD: 'not-the-password' } })).code).toBe(
      'CLIENT_WRONG_CREDENTIALS',
    );
  });

  test('a secret that is not there', async () => {
    const secret = { kind: 'environment', variable: 'PASSWORD' } as const;
    const profile = { ...cluster.profile, authentication: { ...cluster.profile.authentication, secret } };
    expect((await failureOf(profile, { environment: {} })).code).toBe('SECRET_VARIABLE_MISSING');
  });

  test('a port where nothing listens', async () => {
    const profile = await profileOf(createTcpServer());
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect((await failureOf(profile)).code).toBe('CLIENT_REFUSED');
  });

  test('a name that does not exist', async () => {
    const profile = { ...cluster.profile, endpoint: { ...cluster.profile.endpoint, host: 'nowhere.internal' } };
    expect((await failureOf(profile)).code).toBe('CLIENT_NAME_UNKNOWN');
  });

  test('a server that accepts and never answers, within the time that was declared', async () => {
    const profile = await profileOf(createTcpServer(() => {}));
    const since = performance.now();
    const { code, message } = await failureOf(profile, { connectTimeoutMs: 300 });
    expect(code).toBe('CLIENT_NEVER_ANSWERS');
    expect(message).toContain('300 ms');
    expect(performance.now() - since).toBeLessThan(5_000);
  });

  test('a server that speaks TLS and never answers a command', async () => {
    const authority = await makeAuthority('mute');
    const { certificatePem, privateKeyPem } = await signCertificate(authority, ['mute.example']);
    const caFile = join(baseDirectory, 'mute.pem');
    await writeFile(caFile, authority.certificatePem);
    const server = createTlsServer({ cert: certificatePem, key: privateKeyPem }, (socket) =>
      socket.on('error', () => {}),
    );
    const profile = await profileOf(server, { tls: { serverName: 'mute.example', caFile, minimumVersion: 'TLSv1.2' } });
    expect((await failureOf(profile, { connectTimeoutMs: 300 })).code).toBe('CLIENT_NEVER_ANSWERS');
    expect((await failureOf({ ...profile, clientMode: 'single' }, { connectTimeoutMs: 300 })).code).toBe(
      'CLIENT_NEVER_ANSWERS',
    );
  });

  test('a cluster’s server that is still loading, which is not told as one server without a cluster', async () => {
    const authority = await makeAuthority('loading');
    const { certificatePem, privateKeyPem } = await signCertificate(authority, ['loading.example']);
    const caFile = join(baseDirectory, 'loading.pem');
    await writeFile(caFile, authority.certificatePem);
    const answerTo = (command: string) => {
      if (/HELLO/i.test(command)) return '-NOPROTO unsupported protocol version\r\n';
      return /CLUSTER/i.test(command) ? '-LOADING Redis is loading the dataset in memory\r\n' : '+OK\r\n';
    };
    const server = createTlsServer({ cert: certificatePem, key: privateKeyPem }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        for (const command of chunk
          .toString()
          .split(/^\*\d+\r\n/m)
          .slice(1))
          socket.write(answerTo(command));
      });
    });
    const profile = await profileOf(server, {
      tls: { serverName: 'loading.example', caFile, minimumVersion: 'TLSv1.2' },
    });
    const { code, message } = await failureOf(profile);
    expect(code).toBe('CLIENT_SERVER_NOT_READY');
    expect(message).toContain('LOADING Redis is loading the dataset in memory');
  });

  test('a server that does not speak TLS', async () => {
    const profile = await profileOf(
      createTcpServer((socket) => socket.on('error', () => {}).end('-ERR unknown command\r\n')),
    );
    expect((await failureOf(profile)).code).toBe('CLIENT_NOT_TLS');
  });

  test('a cluster client at an endpoint that hides its shards', async () => {
    const { code, message } = await failureOf({ ...single.profile, clientMode: 'cluster' });
    expect(code).toBe('CLIENT_MODE_CLUSTER_ON_SINGLE');
    expect(message).toContain('Declare clientMode "single"');
  });

  test('a single client at a cluster', async () => {
    const { code, message } = await failureOf({ ...cluster.profile, clientMode: 'single' });
    expect(code).toBe('CLIENT_MODE_SINGLE_ON_CLUSTER');
    expect(message).toContain('Declare clientMode "cluster"');
  });

  test('reads from replicas where there are none to be had', async () => {
    expect((await failureOf({ ...single.profile, replicaReads: 'random' })).code).toBe(
      'CLIENT_REPLICA_READS_UNSUPPORTED',
    );
    expect((await failureOf({ ...cluster.profile, clientMode: 'single', replicaReads: 'random' })).code).toBe(
      'CLIENT_REPLICA_READS_UNSUPPORTED',
    );
  });
});

test.each(['cluster', 'single'] as const)(
  'a name that leads to addresses which accept and are silent, too: the %s client finds the one that answers',
  async (clientMode) => {
    const lab = clientMode === 'cluster' ? cluster : single;
    const { endpoint, nameResolution } = lab.profile;
    if (nameResolution.kind !== 'hosts-file') throw new Error('The lab resolves names in another way now.');
    const [live] = addressesIn(await readFile(nameResolution.path, 'utf8'), endpoint.host);
    const silent: string[] = [];
    for (const address of ['127.251.7.1', '127.251.7.2']) {
      const server = createTcpServer((socket) => socket.on('error', () => {}));
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(endpoint.port, address, resolve));
      silent.push(address);
    }
    const path = join(baseDirectory, `hosts-${clientMode}`);
    const known = await readFile(nameResolution.path, 'utf8');
    await writeFile(
      path,
      `${known}\n${[...silent, live?.address].map((each) => `${each} many.addresses`).join('\n')}\n`,
    );
    const profile = {
      ...lab.profile,
      endpoint: { ...endpoint, host: 'many.addresses' },
      nameResolution: { kind: 'hosts-file' as const, path },
    };
    // The order is random: every time has to end well.
    for (let count = 0; count < 4; count += 1) {
      const client = await connect(profile);
      expect(await client.set('key', 'value')).toBe('OK');
      client.disconnect();
    }
  },
);

describe('reads from replicas', () => {
  test.each(['random', 'by-latency'] as const)(
    '%s: reads are served, by replicas too where the policy chooses them',
    async (replicaReads) => {
      const client = (await connect({ ...cluster.profile, replicaReads })) as RedoubtCluster;
      try {
        const keys = Array.from({ length: 40 }, (_, index) => `read:${index}`);
        for (const key of keys) await client.set(key, key);
        // A replica may be a moment behind.
        for (const key of keys) {
          await expect.poll(() => client.get(key)).toBe(key);
        }
        expect(client.statistics.redirectsMoved).toBe(0);
        const replicas = client.nodes('slave').filter((redis) => redis.status === 'ready');
        if (replicaReads === 'random') expect(replicas.length).toBe(2);
      } finally {
        client.disconnect();
      }
    },
  );
});

test('every command that is treated as a read is one for the server as well', async () => {
  const client = (await connect(cluster.profile)) as RedoubtCluster;
  try {
    const names = [...READ_COMMANDS];
    const rows = (await client.command('INFO', ...names)) as ([string, number, string[]] | null)[];
    // Commands that this server is too old for are null.
    const known = rows.flatMap((row) => (row === null ? [] : [{ name: row[0], flags: row[2] }]));
    expect(known.length).toBeGreaterThan(80);
    expect(
      known.filter(({ flags }) => !flags.includes('readonly') && !flags.includes('fast')).map(({ name }) => name),
    ).toEqual([]);
    expect(known.filter(({ flags }) => flags.includes('write')).map(({ name }) => name)).toEqual([]);
  } finally {
    client.disconnect();
  }
});
