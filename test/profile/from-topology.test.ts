import { describe, expect, it } from 'vitest';
import { profileFor } from '../../lib/profile/from-topology.ts';
import { topologyOrThrow } from '../../lib/topology/parse.ts';
import { azure, ELASTICACHE, profileOf } from './fixture.ts';

describe('the profile of a topology', () => {
  it('of ElastiCache is for a cluster client that may let no command cross slots', () => {
    expect(profileOf(ELASTICACHE)).toEqual({
      schemaVersion: 1,
      deployment: 'sessions',
      platform: 'elasticache',
      clientMode: 'cluster',
      endpoint: { host: 'sessions.example.net', port: 10_000 },
      tls: { serverName: 'sessions.example.net', minimumVersion: 'TLSv1.2' },
      authentication: { userName: 'application', secret: { kind: 'environment', variable: 'SESSIONS_SECRET' } },
      crossSlotCommands: 'none',
      replicaReads: 'never',
      nameResolution: { kind: 'system' },
      expected: { shardCount: 3, replicasPerShard: 1 },
    });
  });

  it('expects a range of what automatic scaling changes, and one number of what it does not', () => {
    const scaled = (scaling: object) => profileOf(topologyOrThrow({ ...ELASTICACHE, scaling })).expected;
    expect(scaled({ shards: { min: 3, max: 8 } })).toEqual({ shardCount: { min: 3, max: 8 }, replicasPerShard: 1 });
    expect(scaled({ replicas: { min: 1, max: 3 } })).toEqual({ shardCount: 3, replicasPerShard: { min: 1, max: 3 } });
    expect(scaled({})).toEqual({ shardCount: 3, replicasPerShard: 1 });
  });

  it('of the OSS policy is for a cluster client that must also reach the shard ports', () => {
    expect(profileOf(azure('OSSCluster'))).toMatchObject({
      clusteringPolicy: 'OSSCluster',
      clientMode: 'cluster',
      extraPortRange: { from: 8500, to: 8599 },
      crossSlotCommands: 'none',
    });
  });

  it('of the Enterprise policy is for a plain client, with exactly the documented commands across slots', () => {
    const profile = profileOf(azure('EnterpriseCluster'));
    expect(profile).toMatchObject({ clusteringPolicy: 'EnterpriseCluster', clientMode: 'single' });
    expect(profile.crossSlotCommands).toEqual(['del', 'mset', 'mget', 'exists', 'unlink', 'touch']);
    expect(profile.extraPortRange).toBeUndefined();
  });

  it('without clustering is for a plain client, with every command across slots', () => {
    expect(profileOf(azure('NoCluster'))).toMatchObject({
      clientMode: 'single',
      crossSlotCommands: 'all',
      expected: { shardCount: 1, replicasPerShard: 1 },
    });
  });

  it('names the Entra object id as the user, and no user for a token or an access key', () => {
    const objectId = 'b0a1c2d3-0000-4000-8000-00000000000f';
    const base = azure('OSSCluster');
    expect(
      profileOf(topologyOrThrow({ ...base, authentication: { kind: 'entra', objectId } })).authentication.userName,
    ).toBe(objectId);
    expect(profileOf(base).authentication.userName).toBeUndefined();
    const token = topologyOrThrow({ ...ELASTICACHE, authentication: { kind: 'auth-token' } });
    expect(profileOf(token).authentication.userName).toBeUndefined();
  });

  it('says how keys begin where the access string of the user lets it touch no others', () => {
    const access = (accessString: string) =>
      topologyOrThrow({ ...ELASTICACHE, authentication: { kind: 'rbac', accessString } });
    expect(profileOf(access('on ~shop:* +@all')).keyPrefix).toBe('shop:');
    expect(profileOf(access('on ~* +@all'))).not.toHaveProperty('keyPrefix');
    expect(profileOf(access('on ~{shop}:* +@all'))).not.toHaveProperty('keyPrefix');
  });

  it('is refused where nobody authenticates', () => {
    const open = topologyOrThrow({ ...ELASTICACHE, transitEncryption: 'preferred', authentication: { kind: 'none' } });
    expect(() => profileOf(open)).toThrow(/^PROFILE_NEEDS_AUTHENTICATION/);
  });

  it('is refused with every problem of what was given', () => {
    const given = { deployment: '', topology: azure('OSSCluster'), endpoint: { host: '', port: 0 } };
    expect(() =>
      profileFor({ ...given, secret: { kind: 'file', path: '/run/secret' }, replicaReads: 'random' }),
    ).toThrow(
      /INPUT_WRONG_FORMAT deployment[\s\S]*endpoint\.host[\s\S]*endpoint\.port[\s\S]*PROFILE_REPLICA_READS_NOT_ON_AZURE/,
    );
  });
});
