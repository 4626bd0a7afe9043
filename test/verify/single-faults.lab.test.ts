/** Real damage to a real group without cluster mode, and a group that is not what was promised. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../lib/base/wait-until.ts';
import { type Verification, verify } from '../../lib/verify/run.ts';
import { type LabUnderTest, messageOf, outcomes, startLabUnderTest } from './lab-fixture.ts';
import { LONE_PASSWORD, withLoneServer } from './lone-server.ts';

const ASK_TIMEOUT_MS = 400;

describe('verify, against ElastiCache without cluster mode', () => {
  let under: LabUnderTest;
  beforeEach(async () => {
    under = await startLabUnderTest('elasticache-single');
  });
  afterEach(() => under?.stop());

  const lookUntil = (seen: (found: Record<string, string>) => boolean) => {
    let last: Verification | undefined;
    return waitUntil({
      what: 'the damage to be seen',
      timeoutMs: 20_000,
      everyMs: 100,
      lastSeen: () => JSON.stringify(last === undefined ? {} : outcomes(last)),
      probe: async () => {
        last = await verify(under.lab.profile, { askTimeoutMs: ASK_TIMEOUT_MS });
        return seen(outcomes(last)) ? last : undefined;
      },
    });
  };

  it('fails where the replica that was promised is missing', async () => {
    await under.lab.crash('node-2');
    // The name of the readers follows a moment later.
    const seen = await lookUntil(
      (found) =>
        found['replicas-per-shard'] === 'REPLICAS_MISSING' &&
        found['endpoint-roles'] === 'READER_ENDPOINT_LEADS_TO_PRIMARY',
    );
    expect(messageOf(seen, 'replicas-per-shard')).toContain('has 0');
  });

  it('fails a reader endpoint that leads to the primary, or where nobody answers', async () => {
    const { profile } = under.lab;
    const readerEndpoint = { ...profile.endpoint };
    expect(outcomes(await verify({ ...profile, readerEndpoint }))['endpoint-roles']).toBe(
      'READER_ENDPOINT_LEADS_TO_PRIMARY',
    );
    const nobody = { ...profile.endpoint, port: 1 };
    expect(outcomes(await verify({ ...profile, readerEndpoint: nobody }))['endpoint-roles']).toBe(
      'READER_ENDPOINT_UNREACHABLE',
    );
  });

  it('fails a primary endpoint that leads to the replica, before an application meets READONLY', async () => {
    const { profile } = under.lab;
    const { readerEndpoint = profile.endpoint } = profile;
    const swapped = { ...profile, endpoint: readerEndpoint, tls: { ...profile.tls, serverName: readerEndpoint.host } };
    const found = outcomes(await verify(swapped));
    expect(found['endpoint-roles']).toBe('PRIMARY_ENDPOINT_LEADS_TO_REPLICA');
    expect(found['hash-tagged-lua']).toBe('LUA_FAILED');
  });

  it('passes again after its primary was lost and a replica took over', async () => {
    await under.lab.crash('node-1');
    await lookUntil((found) => found.reachability === 'OK');
    await under.lab.heal();
    const seen = await lookUntil((found) => Object.values(found).every((code) => code === 'OK'));
    expect(seen.verdict).toBe('pass');
  });
});

describe('verify, against a server in cluster mode', () => {
  it('fails where the group was promised without it', () =>
    withLoneServer({ lines: [`requirepass ${LONE_PASSWORD}`, 'cluster-enabled yes'] }, async ({ profile }) => {
      const { clusteringPolicy: _policy, ...rest } = profile;
      const seen = await verify({ ...rest, platform: 'elasticache' });
      expect(outcomes(seen)['client-mode']).toBe('CLIENT_MODE_SINGLE_ON_CLUSTER');
      expect(messageOf(seen, 'client-mode')).toContain('cluster_enabled:1');
    }));
});
