/** Caches that are registered for a newer API version are generic resources, and are judged by the same rows. */
import { describe, expect, test } from 'vitest';
import { planPulumi } from '../../lib/plan/pulumi/compare.ts';
import { genericInputs, type ServiceResource } from '../../lib/topology/azure-generic-resource.ts';
import { type Inputs, preview, step } from './previews.ts';
import { CASES } from './pulumi-cases.ts';
import { codes } from './templates.ts';

const TYPE = 'azure-native:resources:Resource';
const NAMES = { clusterName: 'shop', databaseName: 'default', accessPolicyAssignmentName: 'app' };

const generic = (kind: ServiceResource, inputs: Inputs) => genericInputs(kind, { ...NAMES, ...inputs }, '2026-09-01');

function update(kind: ServiceResource, before: Inputs, after: Inputs, more: Partial<Parameters<typeof step>[0]> = {}) {
  return step({
    op: 'update',
    type: TYPE,
    before: generic(kind, before),
    after: generic(kind, after),
    diffReasons: ['properties'],
    ...more,
  });
}

/** Identifiers and the version of the API are no settings. */
const rows = (['RedisEnterprise', 'Database', 'AccessPolicyAssignment'] as const).flatMap((kind) =>
  (CASES[kind] ?? [])
    .filter(({ property }) => !/Name$|^apiVersion$/.test(property))
    .filter(({ property }) => property !== 'zones')
    .map((one) => ({ kind, ...one })),
);

describe('a change of a generic resource', () => {
  test.each(rows)('is judged as that of a $kind: $property is $code', ({ kind, property, before, after, ...one }) => {
    const inputs = (value: unknown): Inputs => ({ ...one.with, ...(value === undefined ? {} : { [property]: value }) });
    const plan = planPulumi(preview(update(kind, inputs(before), inputs(after))));
    expect(plan.problems).toEqual([]);
    expect(plan.changes).toMatchObject([
      { code: one.code, effect: one.effect, type: `azure-native:redisenterprise:${kind}` },
    ]);
  });

  test('of its API version cannot be told', () => {
    const before = generic('Database', { port: 10_000 });
    const changed = step({ op: 'update', type: TYPE, before, after: { ...before, apiVersion: '2027-01-01' } });
    expect(codes(planPulumi(preview(changed)))).toEqual(['AD_API_VERSION_UNKNOWN']);
  });

  test('that replaces it for one setting names that one, and not what changes beside it', () => {
    const replaced = update(
      'Database',
      { clusteringPolicy: 'OSSCluster', deferUpgrade: 'Deferred' },
      { clusteringPolicy: 'EnterpriseCluster', deferUpgrade: 'NotDeferred' },
      {
        op: 'replace',
        diff: { 'properties.clusteringPolicy': 'update-replace', 'properties.deferUpgrade': 'update' },
        replaceReasons: ['properties'],
      },
    );
    expect(codes(planPulumi(preview(replaced)))).toEqual(['AD_POLICY_REPLACES']);
  });

  test('that deletes it loses the data', () => {
    const gone = step({ op: 'delete', type: TYPE, before: generic('RedisEnterprise', {}) });
    expect(codes(planPulumi(preview(gone)))).toEqual(['AC_DELETED']);
  });

  test('to which a typed one becomes is a replacement, whatever the reasons are called', () => {
    const becomes = step({
      op: 'replace',
      type: TYPE,
      before: { clusterName: 'shop', sku: { name: 'Balanced_B10' } },
      after: generic('RedisEnterprise', { sku: { name: 'Balanced_B10' } }),
      replaceReasons: ['resourceProviderNamespace', 'resourceType', 'parentResourcePath', 'apiVersion'],
    });
    expect(planPulumi(preview(becomes)).changes).toMatchObject([{ code: 'AC_REPLACED', effect: 'data-loss' }]);
  });

  test('of what is no cache is left out', () => {
    const other = {
      resourceProviderNamespace: 'Microsoft.Storage',
      resourceType: 'storageAccounts',
      resourceName: 'a',
    };
    expect(planPulumi(preview(step({ op: 'delete', type: TYPE, before: other }))).changes).toEqual([]);
  });
});
