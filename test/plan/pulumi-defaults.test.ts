/** What is not said is what the service takes by default, and a default that is now said is no change. */
import { expect, test } from 'vitest';
import { planPulumi } from '../../lib/plan/pulumi/compare.ts';
import { preview, step } from './previews.ts';

test.each([
  ['clientProtocol', undefined, 'Encrypted', 'AD_PROTOCOL_SAME in-place'],
  ['clientProtocol', 'Encrypted', undefined, 'AD_PROTOCOL_SAME in-place'],
  ['clientProtocol', undefined, 'Plaintext', 'AD_PLAINTEXT interruption'],
  ['clientProtocol', 'Plaintext', undefined, 'AD_ENCRYPTED interruption'],
  ['evictionPolicy', undefined, 'VolatileLRU', 'AD_EVICTION_SAME in-place'],
  ['evictionPolicy', undefined, 'NoEviction', 'AD_EVICTION_CHANGES interruption'],
  ['evictionPolicy', 'NoEviction', undefined, 'AD_EVICTION_CHANGES interruption'],
  ['evictionPolicy', { a: 1 }, { b: 1 }, 'AD_EVICTION_CHANGES interruption'],
  ['clusteringPolicy', 'OSSCluster', undefined, 'AD_POLICY_SAME in-place'],
  ['clusteringPolicy', 'EnterpriseCluster', undefined, 'AD_POLICY_REPLACES data-loss'],
])('%s from %j to %j', (property, before, after, expected) => {
  const inputs = (value: unknown) => ({
    clusterName: 'cache',
    databaseName: 'default',
    ...(value === undefined ? {} : { [property]: value }),
  });
  const { changes } = planPulumi(preview(step({ op: 'update', before: inputs(before), after: inputs(after) })));
  expect(changes.map(({ code, effect }) => `${code} ${effect}`)).toEqual([expected]);
});
