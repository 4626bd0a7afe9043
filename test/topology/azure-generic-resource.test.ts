import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genericInputs, typedInputs } from '../../lib/topology/azure-generic-resource.ts';

const CLUSTER = {
  clusterName: 'sessions',
  resourceGroupName: 'shop',
  location: 'westeurope',
  sku: { name: 'Balanced_B10' },
  tags: { team: 'shop' },
  identity: { type: 'UserAssigned' },
  highAvailability: 'Enabled',
};
const DATABASE = { clusterName: 'sessions', databaseName: 'default', resourceGroupName: 'shop', port: 10_000 };
const ASSIGNMENT = { ...DATABASE, accessPolicyAssignmentName: 'shop', accessString: '+@read ~*' };

describe('the generic form', () => {
  it('has the path in its identifiers, and below properties what no Azure resource has beside them', () => {
    expect(genericInputs('RedisEnterprise', CLUSTER, '2026-09-01')).toEqual({
      apiVersion: '2026-09-01',
      resourceProviderNamespace: 'Microsoft.Cache',
      parentResourcePath: '',
      resourceType: 'redisEnterprise',
      resourceName: 'sessions',
      resourceGroupName: 'shop',
      location: 'westeurope',
      sku: { name: 'Balanced_B10' },
      tags: { team: 'shop' },
      identity: { type: 'UserAssigned' },
      properties: { highAvailability: 'Enabled' },
    });
  });

  it.each([
    ['Database', DATABASE, 'redisEnterprise/sessions', 'databases', 'default'],
    [
      'AccessPolicyAssignment',
      ASSIGNMENT,
      'redisEnterprise/sessions/databases/default',
      'accessPolicyAssignments',
      'shop',
    ],
  ] as const)('of a %s stands below its parents', (kind, inputs, parentResourcePath, resourceType, resourceName) => {
    const generic = genericInputs(kind, inputs, '2026-09-01');
    expect(generic).toMatchObject({ parentResourcePath, resourceType, resourceName });
  });

  it.each([
    ['RedisEnterprise', CLUSTER],
    ['Database', DATABASE],
    ['AccessPolicyAssignment', ASSIGNMENT],
  ] as const)('of a %s leads back to the typed one', (kind, inputs) => {
    const apiVersion = '2026-09-01';
    expect(typedInputs(genericInputs(kind, inputs, apiVersion))).toEqual({ kind, inputs: { ...inputs, apiVersion } });
  });

  it.each([
    ['of another provider', { resourceProviderNamespace: 'Microsoft.Storage', resourceType: 'redisEnterprise' }],
    ['of another service', { resourceProviderNamespace: 'Microsoft.Cache', resourceType: 'redis', resourceName: 'a' }],
    ['of nothing', {}],
  ])('%s is nothing of ours', (_what, inputs) => {
    expect(typedInputs(inputs)).toBeUndefined();
  });

  it('is known in whatever case and division it is written', () => {
    const written = {
      resourceProviderNamespace: 'microsoft.cache',
      parentResourcePath: '/redisenterprise/a/',
      resourceType: 'Databases',
      resourceName: 'default',
    };
    expect(typedInputs(written)).toEqual({ kind: 'Database', inputs: { clusterName: 'a', databaseName: 'default' } });
  });

  it('is judged without a crash, whatever it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), fc.anything(), (inputs, properties) => {
        typedInputs({
          ...inputs,
          resourceProviderNamespace: 'Microsoft.Cache',
          resourceType: 'redisEnterprise',
          properties,
        });
      }),
    );
  });
});
