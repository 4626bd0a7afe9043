/** Real servers that are set up badly, one way each. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expiredValidity, makeAuthority } from '../../lib/lab/certificates.ts';
import type { CheckResult } from '../../lib/verify/check.ts';
import { DEFAULT_ASK_TIMEOUT_MS, type Verification, verify } from '../../lib/verify/run.ts';
import { LONE_PASSWORD, withLoneServer } from './lone-server.ts';

const REFUSALS = '-@admin -@dangerous +info +cluster|slots +cluster|nodes +cluster|info';
const SAFE_USER = `user default on >${LONE_PASSWORD} ~* &* +@all ${REFUSALS}`;

const futureValidity = () => ({
  notBefore: new Date(Date.now() + 86_400_000),
  notAfter: new Date(Date.now() + 30 * 86_400_000),
});

const outcomes = ({ checks }: Verification) => Object.fromEntries(checks.map(({ name, code }) => [name, code]));
const notPassed = ({ checks }: Verification): CheckResult[] => checks.filter(({ verdict }) => verdict !== 'pass');

describe('verify, against one server', () => {
  it('passes one that is set up well', () =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile }) => {
      const verification = await verify(profile);
      expect(notPassed(verification)).toEqual([]);
      expect(verification.verdict).toBe('pass');
    }));

  it('fails an expired certificate by its date, and says that nothing else was seen', () =>
    withLoneServer({ lines: [SAFE_USER], validity: expiredValidity() }, async ({ profile }) => {
      const verification = await verify(profile);
      expect(outcomes(verification)).toMatchObject({
        reachability: 'ENDPOINT_CERTIFICATE_REFUSED',
        'tls-chain': 'TLS_CHAIN_HIDDEN_BY_DATE',
        'tls-name': 'OK',
        'tls-expiry': 'TLS_CERTIFICATE_EXPIRED',
        'client-mode': 'NOT_OBSERVED',
      });
    }));

  it('fails a certificate for another name, and shows the name it is for', () =>
    withLoneServer({ lines: [SAFE_USER], names: ['other.redoubt.test'] }, async ({ profile }) => {
      const verification = await verify(profile);
      expect(outcomes(verification)).toMatchObject({
        'tls-chain': 'OK',
        'tls-name': 'TLS_NAME_MISMATCH',
        'tls-expiry': 'OK',
      });
      expect(verification.checks.find(({ name }) => name === 'tls-name')?.message).toContain('DNS:other.redoubt.test');
    }));

  it('fails a certificate of another authority', () =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile, folder }) => {
      const caFile = join(folder, 'other-authority.pem');
      await writeFile(caFile, (await makeAuthority('Other authority')).certificatePem);
      const verification = await verify({ ...profile, tls: { ...profile.tls, caFile } });
      expect(outcomes(verification)).toMatchObject({
        reachability: 'ENDPOINT_CERTIFICATE_REFUSED',
        'tls-chain': 'TLS_CHAIN_NOT_TRUSTED',
        'tls-name': 'OK',
      });
      const said = verification.checks.map(({ message }) => message).join(' ');
      expect(said).toContain(`does not lead to the authority in ${caFile}. Set \`tls.caFile\` (REDIS_TLS_CA_FILE)`);
    }));

  it('says of an unknown authority what to set here, and repeats no advice of Node about its own options', () =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile }) => {
      const { caFile: _none, ...tls } = profile.tls;
      const verification = await verify({ ...profile, tls });
      expect(outcomes(verification)).toMatchObject({ 'tls-chain': 'TLS_CHAIN_NOT_TRUSTED' });
      const said = verification.checks.map(({ message }) => message).join(' ');
      expect(said).toContain("the system's trust store (the profile names no other). Set `tls.caFile`");
      expect(said).not.toMatch(/Node\.js|system-ca|root CA/);
    }));

  it('fails a certificate that is not valid yet by its date, and names the clock it was compared with', () =>
    withLoneServer({ lines: [SAFE_USER], validity: futureValidity() }, async ({ profile }) => {
      const verification = await verify(profile);
      expect(outcomes(verification)).toMatchObject({
        reachability: 'ENDPOINT_CERTIFICATE_REFUSED',
        'tls-chain': 'TLS_CHAIN_HIDDEN_BY_DATE',
        'tls-expiry': 'TLS_CERTIFICATE_NOT_YET_VALID',
      });
      expect(verification.checks.find(({ name }) => name === 'tls-expiry')?.message).toContain(
        "this machine's clock (20",
      );
    }));

  it('fails one that speaks without TLS', () =>
    withLoneServer({ tls: false, lines: [SAFE_USER] }, async ({ profile }) => {
      expect(outcomes(await verify(profile, { askTimeoutMs: 1_000 }))).toMatchObject({
        reachability: 'ENDPOINT_WITHOUT_TLS',
        'plaintext-refused': 'PLAINTEXT_ANSWERED',
      });
    }));

  it('fails one that accepts TLS 1.1', () =>
    withLoneServer(
      { lines: [SAFE_USER, 'tls-protocols "TLSv1.1 TLSv1.2 TLSv1.3"', 'tls-ciphers DEFAULT:@SECLEVEL=0'] },
      async ({ profile }) => {
        expect(outcomes(await verify(profile))).toMatchObject({
          reachability: 'OK',
          'tls-minimum-version': 'TLS_VERSION_TOO_LOW_ACCEPTED',
        });
      },
    ));

  it('fails one that refuses the least version of the profile', () =>
    withLoneServer({ lines: [SAFE_USER, 'tls-protocols "TLSv1.3"'] }, async ({ profile }) => {
      expect(outcomes(await verify(profile))).toMatchObject({ 'tls-minimum-version': 'TLS_MINIMUM_VERSION_REFUSED' });
    }));

  it('fails one without a password', () =>
    withLoneServer({}, async ({ profile }) => {
      expect(outcomes(await verify(profile))).toMatchObject({
        reachability: 'ENDPOINT_WITHOUT_PASSWORD',
        'credential-required': 'CREDENTIAL_NOT_REQUIRED',
        'wrong-credential-refused': 'WRONG_CREDENTIAL_SERVED',
      });
    }));

  it('fails one whose named user needs no password', () =>
    withLoneServer(
      { lines: ['user default off', `user application on nopass ~* &* +@all ${REFUSALS}`] },
      async ({ profile }) => {
        const named = { ...profile, authentication: { ...profile.authentication, userName: 'application' } };
        expect(outcomes(await verify(named))).toMatchObject({
          reachability: 'OK',
          'credential-required': 'OK',
          'wrong-credential-refused': 'WRONG_CREDENTIAL_ACCEPTED',
        });
      },
    ));

  it('fails one that gives the application administrators’ commands, and is not harmed by asking', () =>
    withLoneServer({ lines: [`requirepass ${LONE_PASSWORD}`] }, async ({ profile }) => {
      const verification = await verify(profile);
      const result = verification.checks.find(({ name }) => name === 'admin-commands-refused');
      expect(result?.code).toBe('ADMIN_COMMANDS_ALLOWED');
      const allowed = verification.observation.adminCommands.filter(({ outcome }) => outcome === 'ran');
      expect(allowed.map(({ command }) => command.split(' ')[0])).toEqual([
        'CONFIG',
        'ACL',
        'SHUTDOWN',
        'BGSAVE',
        'REPLICAOF',
      ]);
      // It still runs, is still a primary, has its user, and has saved nothing.
      const again = await verify(profile);
      expect(outcomes(again)).toEqual(outcomes(verification));
      const { info } = again.observation.endpoint;
      expect(info).toMatchObject({
        kind: 'value',
        value: { role: 'master', rdb_bgsave_in_progress: '0', rdb_last_save_time: expect.anything() },
      });
    }));

  it('fails a cluster node that gives the application administrators’ commands, and changes no cluster by asking', () =>
    withLoneServer({ lines: [`requirepass ${LONE_PASSWORD}`, 'cluster-enabled yes'] }, async ({ profile }) => {
      const { observation } = await verify(profile);
      const allowed = observation.adminCommands.filter(({ outcome }) => outcome === 'ran');
      expect(allowed.map(({ command }) => command.split(' ').slice(0, 2).join(' '))).toEqual(
        expect.arrayContaining([
          'CLUSTER FORGET',
          'CLUSTER FAILOVER',
          'CLUSTER MEET',
          'REPLICAOF redoubt-no-such-thing.invalid',
        ]),
      );
      const again = await verify(profile);
      expect(again.observation.endpoint.clusterNodes).toEqual(observation.endpoint.clusterNodes);
    }));

  it('finds a cluster of one shard behind a profile that says single, before anything fails', () =>
    withLoneServer({ lines: [SAFE_USER, 'cluster-enabled yes'] }, async ({ profile }) => {
      const verification = await verify(profile);
      const result = verification.checks.find(({ name }) => name === 'client-mode');
      expect(result).toMatchObject({ verdict: 'fail', code: 'CLIENT_MODE_SINGLE_ON_CLUSTER' });
    }));

  it('finds a single server behind a profile that says cluster', () =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile }) => {
      const verification = await verify({ ...profile, clusteringPolicy: 'OSSCluster', clientMode: 'cluster' });
      const result = verification.checks.find(({ name }) => name === 'client-mode');
      expect(result).toMatchObject({ verdict: 'fail', code: 'CLIENT_MODE_CLUSTER_ON_SINGLE' });
      expect(result?.message).toContain('cluster support disabled');
    }));
});

describe('verify, against no server at all', () => {
  it('is bounded where the endpoint accepts and never answers', () =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile }) => {
      await withSilentPort(async (port) => {
        const silent = { ...profile, endpoint: { host: '127.0.0.1', port } };
        const verification = await verify(silent, { askTimeoutMs: 300 });
        expect(outcomes(verification)).toMatchObject({
          reachability: 'ENDPOINT_SILENT',
          'plaintext-refused': 'NOT_OBSERVED',
        });
        expect(verification.observation.durationMs).toBeLessThan(DEFAULT_ASK_TIMEOUT_MS);
      });
    }));

  it('says that nothing listens where nothing listens', () =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile }) => {
      let unused = 0;
      await withSilentPort(async (port) => {
        unused = port;
      });
      const verification = await verify({ ...profile, endpoint: { host: '127.0.0.1', port: unused } });
      expect(outcomes(verification)).toMatchObject({ reachability: 'ENDPOINT_REFUSED' });
      expect(verification.checks.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
    }));

  it('says that a name is unknown where it is', () =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile, folder }) => {
      const hosts = join(folder, 'hosts');
      await writeFile(hosts, '127.0.0.1 somebody.else.test\n');
      const verification = await verify({
        ...profile,
        endpoint: { host: 'nobody.redoubt.test', port: 6379 },
        nameResolution: { kind: 'hosts-file', path: hosts },
      });
      expect(outcomes(verification)).toMatchObject({ reachability: 'ENDPOINT_NAME_NOT_RESOLVED' });
    }));

  it('ends at once when it is interrupted', () =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile }) => {
      await withSilentPort(async (port) => {
        const silent = { ...profile, endpoint: { host: '127.0.0.1', port } };
        const interruption = new Error('Interrupted by the user.');
        const controller = new AbortController();
        const running = verify(silent, { askTimeoutMs: 60_000, signal: controller.signal });
        controller.abort(interruption);
        await expect(running).rejects.toBe(interruption);
      });
    }));

  it.each([
    ['CERTIFICATE_AUTHORITY_UNREADABLE', 'does not exist', undefined],
    ['CERTIFICATE_AUTHORITY_NOT_PEM', 'is no certificate', 'not a certificate'],
    [
      'CERTIFICATE_AUTHORITY_NOT_PEM',
      'is damaged',
      '-----BEGIN CERTIFICATE-----\nMIIBszCC\n-----END CERTIFICATE-----\n',
    ],
  ])('throws %s when the authority’s file %s', (code, _what, content) =>
    withLoneServer({ lines: [SAFE_USER] }, async ({ profile, folder }) => {
      const caFile = join(folder, 'given.pem');
      if (content !== undefined) await writeFile(caFile, content);
      await expect(verify({ ...profile, tls: { ...profile.tls, caFile } })).rejects.toMatchObject({
        problems: [{ code }],
      });
    }),
  );
});

/** A port that accepts connections and never says anything. */
async function withSilentPort(use: (port: number) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
    await use(address.port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
