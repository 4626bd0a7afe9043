import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { ProblemError } from '../../lib/base/problem.ts';
import { validElastiCache } from '../topology/fixture.ts';
import { clusterWith, GROUP, only } from './fixture.ts';

/** One field at a time, each to something that the service refuses whatever else is there. */
const BREAKS: readonly Partial<Record<keyof ElastiCacheTopologyInput, unknown>>[] = [
  { name: 'a--b' },
  { shardCount: 0 },
  { shardCount: 501 },
  { replicasPerShard: 6 },
  { automaticFailover: false },
  { engineVersion: '8.0.1' },
  { nodeType: 'r7g.large' },
  { nodeType: 'cache.r6gd.large', dataTiering: false },
  { port: 65_536 },
  { parameters: { 'cluster-enabled': 'no' } },
  { parameters: { timeout: 0 } },
  { snapshotRetentionDays: 36 },
  { maintenanceWindow: 'sun:04:00-sun:04:30' },
  { networkType: 'ipv4', ipDiscovery: 'ipv6' },
  { authentication: { kind: 'rbac', userName: 'default' } },
  { nodeGroups: [] },
];

describe('every valid topology', () => {
  it('makes a template that CloudFormation would take, with the group that was asked for', () => {
    fc.assert(
      fc.property(validElastiCache, (topology) => {
        // The alarms of hundreds of nodes are a matter of time only; theirs are other tests.
        const { template } = clusterWith(topology, { alarms: false, dashboard: false });
        expect(only(template(), GROUP).Properties).toMatchObject({
          NumNodeGroups: topology.shardCount,
          TransitEncryptionEnabled: true,
          AtRestEncryptionEnabled: true,
        });
      }),
      { numRuns: 25 },
    );
  });
});

describe('no invalid topology', () => {
  it('makes a template: every one of its problems is told instead', () => {
    fc.assert(
      fc.property(validElastiCache, fc.constantFrom(...BREAKS), (topology, change) => {
        const broken = { ...topology, ...change } as Partial<ElastiCacheTopologyInput>;
        expect(() => clusterWith(broken)).toThrow(ProblemError);
      }),
      { numRuns: 200 },
    );
  });
});
