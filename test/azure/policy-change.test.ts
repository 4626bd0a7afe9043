import { describe, expect, it } from 'vitest';
import { acknowledgementProblem, policyChangeProblem } from '../../lib/azure/policy-change.ts';
import { CLUSTERING_POLICIES } from '../../lib/topology/azure-managed-redis.ts';
import { PRIVATE_OSS } from './arguments.ts';
import { deployed } from './mocks.ts';

const resource = 'redis-database';

describe('a change of the clustering policy', () => {
  it.each([
    ['OSSCluster', 'EnterpriseCluster', /needs a plain client/],
    ['OSSCluster', 'NoCluster', /needs a plain client/],
    ['EnterpriseCluster', 'OSSCluster', /needs a cluster client/],
    ['EnterpriseCluster', 'NoCluster', /needs a plain client/],
  ] as const)('from %s to %s is refused, with both ways on and what it means for the clients', (from, to, clients) => {
    const problem = policyChangeProblem({ resource, from, to });
    expect(problem?.code).toBe('AMR_POLICY_IMMUTABLE');
    expect(problem?.message).toContain(`redis-database cannot be changed from ${from} to ${to}`);
    expect(problem?.message).toContain('it cannot be updated without deleting the database');
    expect(problem?.message).toContain(`policyChange: { from: '${from}', allDataIsLost: true }`);
    expect(problem?.message).toContain('Side by side');
    expect(problem?.message).toMatch(clients);
  });

  it('from NoCluster is made in place', () => {
    for (const to of CLUSTERING_POLICIES) {
      expect(policyChangeProblem({ resource, from: 'NoCluster', to })).toBeUndefined();
    }
  });

  it('that is none is no problem', () => {
    for (const policy of CLUSTERING_POLICIES) {
      expect(policyChangeProblem({ resource, from: policy, to: policy })).toBeUndefined();
    }
    expect(policyChangeProblem({ resource, from: undefined, to: 'OSSCluster' })).toBeUndefined();
  });
});

describe('an acknowledgement', () => {
  const options = async (from: (typeof CLUSTERING_POLICIES)[number]) =>
    (await deployed({ ...PRIVATE_OSS, policyChange: { from, allDataIsLost: true } })).one('Database').options;

  it('wires the replacement: the old database goes first', async () => {
    expect(await options('EnterpriseCluster')).toMatchObject({
      replaceOnChanges: ['clusteringPolicy'],
      deleteBeforeReplace: true,
      hooks: { beforeDelete: [expect.anything()] },
    });
  });

  it.each(['OSSCluster', 'NoCluster'] as const)(
    'of %s allows nothing: it has happened, or it happens in place',
    async (from) => {
      const found = await options(from);
      expect(found.replaceOnChanges).toBeUndefined();
      expect(found.hooks?.beforeUpdate).toHaveLength(1);
    },
  );

  it('holds for the policy it names only', () => {
    const named = { resource, to: 'OSSCluster' };
    expect(acknowledgementProblem({ ...named, from: 'OSSCluster' })).toBeUndefined();
    expect(acknowledgementProblem({ ...named, from: 'NoCluster' })?.message).toMatch(/changed in place: remove/);
    expect(acknowledgementProblem({ ...named, from: 'EnterpriseCluster' })?.message).toMatch(/Name the policy/);
  });

  it('is not there by default, and then the change is refused', async () => {
    const found = (await deployed(PRIVATE_OSS)).one('Database').options;
    expect(found.replaceOnChanges).toBeUndefined();
    expect(found.hooks?.beforeUpdate).toHaveLength(1);
  });
});
