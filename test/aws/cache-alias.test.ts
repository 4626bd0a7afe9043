import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IPrivateHostedZone, PrivateHostedZone } from 'aws-cdk-lib/aws-route53';
import { expect, it } from 'vitest';
import { CacheAlias } from '../../lib/aws/cache-alias.ts';
import { clusterWith, type isolatedVpc, only } from './fixture.ts';
import { serverlessWith } from './serverless-fixture.ts';

it.each([
  ['a cluster', () => clusterWith()],
  ['a serverless cache', () => serverlessWith()],
])('an alias leads to the endpoint of %s, within a private zone', (_, make) => {
  const made = make();
  const cache = 'cluster' in made ? made.cluster : made.cache;
  const { stack } = made;
  const zone: IPrivateHostedZone = PrivateHostedZone.fromPrivateHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z0123456789',
    zoneName: 'cache.internal',
  });
  const alias = new CacheAlias(stack, 'Alias', { cache, zone, name: 'shop' });
  expect(alias.host).toBe('shop.cache.internal');
  expect(only(Template.fromStack(stack), 'AWS::Route53::RecordSet').Properties).toMatchObject({
    Name: 'shop.cache.internal.',
    Type: 'CNAME',
    TTL: '60',
    HostedZoneId: 'Z0123456789',
    ResourceRecords: [
      { 'Fn::GetAtt': [expect.any(String), expect.stringMatching(/EndPoint\.Address|Endpoint\.Address/)] },
    ],
  });
});

it('an alias is kept by clients for as long as is said', () => {
  const { cluster, stack } = clusterWith();
  const zone = new PrivateHostedZone(stack, 'Zone', { zoneName: 'cache.internal', vpc: isolatedVpcOf(stack) });
  new CacheAlias(stack, 'Alias', { cache: cluster, zone, name: 'shop', timeToLive: Duration.seconds(5) });
  expect(only(Template.fromStack(stack), 'AWS::Route53::RecordSet').Properties.TTL).toBe('5');
});

function isolatedVpcOf(stack: ReturnType<typeof clusterWith>['stack']) {
  return stack.node.findChild('Vpc') as unknown as ReturnType<typeof isolatedVpc>;
}
