import { App, type Stack, Validations } from 'aws-cdk-lib';
import { type IVpc, Peer, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AwsSolutionsChecks,
  HIPAASecurityChecks,
  type NagPack,
  NIST80053R4Checks,
  NIST80053R5Checks,
  PCIDSS321Checks,
} from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { DEPLOYMENTS } from '../../deployments/index.ts';
import { acknowledgedRules } from '../../lib/aws/acknowledged-rules.ts';
import { ApplicationUsers } from '../../lib/aws/application-users.ts';
import { DeploymentStack } from '../../lib/aws/deployment-stack.ts';
import { GlobalDatastore } from '../../lib/aws/global-datastore.ts';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { VerifiedDeploymentStack } from '../../lib/aws/verified-deployment-stack.ts';
import type { ServerlessCacheInput } from '../../lib/topology/elasticache-serverless.ts';
import { clusterAsGiven } from './fixture.ts';
import { serverlessWith } from './serverless-fixture.ts';

const PACKS: readonly [string, () => NagPack][] = [
  ['AwsSolutions', () => new AwsSolutionsChecks()],
  ['HIPAA', () => new HIPAASecurityChecks()],
  ['NIST 800-53 R4', () => new NIST80053R4Checks()],
  ['NIST 800-53 R5', () => new NIST80053R5Checks()],
  ['PCI DSS 3.2.1', () => new PCIDSS321Checks()],
];

/** Every finding below the cluster, with the resource; what surrounds it there (the VPC) is the fixture's. */
function findings(make: () => NagPack, topology: Partial<ElastiCacheTopologyInput>): string[] {
  return findingsIn(clusterAsGiven(topology).stack, make);
}

function findingsIn(stack: Stack, make: () => NagPack, below = ' Test/Cache/'): string[] {
  return make()
    .validateScope(stack)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
    )
    .filter((finding) => finding.includes(below));
}

const SHIPPED = DEPLOYMENTS.filter(({ topology }) => topology.platform === 'elasticache');

describe.each(PACKS)('the rules of %s', (_, make) => {
  it.each(SHIPPED)('find nothing in all of the stacks of $name', (deployment) => {
    const app = new App({ analyticsReporting: false });
    const of = new DeploymentStack(app, 'Shipped', { deployment });
    const verified = new VerifiedDeploymentStack(app, 'Verified', { of });
    expect([of, verified].flatMap((stack) => findingsIn(stack, make, ' '))).toEqual([]);
  });

  it.each<[string, Partial<ElastiCacheTopologyInput>]>([
    ['Valkey with users', {}],
    ['Redis OSS with users', { engine: 'redis', engineVersion: '7.1', port: 6380 }],
    ['an AUTH token', { authentication: { kind: 'auth-token' } }],
    ['Valkey without cluster mode', { clusterMode: 'disabled', shardCount: 1 }],
    ['IAM', { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } }],
  ])('find nothing in a cluster of %s', (_name, topology) => {
    expect(findings(make, topology)).toEqual([]);
  });
});

describe.each(PACKS)('the rules of %s', (_, make) => {
  it.each<[string, Partial<ServerlessCacheInput>]>([
    ['with a password', {}],
    ['with IAM', { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } }],
  ])('find nothing in a serverless cache %s', (_name, settings) => {
    expect(findingsIn(serverlessWith(settings).stack, make)).toEqual([]);
  });

  it('find nothing in a secondary of a Global Datastore', () => {
    // Without an engine the rule of the default port takes it for Redis OSS.
    const { stack } = clusterAsGiven({ port: 6380 }, { globalDatastore: 'ldgnf-shop' });
    expect(findingsIn(stack, make)).toEqual([]);
  });

  it('find nothing in a Global Datastore', () => {
    const { stack, cluster } = clusterAsGiven();
    new GlobalDatastore(stack, 'Global', { primary: cluster });
    expect(findingsIn(stack, make, ' Test/Global/')).toEqual([]);
  });

  it('find nothing in users beside a token, whose password is rotated', () => {
    const { stack, cluster } = clusterAsGiven({ authentication: { kind: 'auth-token' } });
    const vpc = stack.node.findChild('Vpc') as unknown as IVpc;
    new ApplicationUsers(stack, 'Users', { cluster, authentication: { kind: 'rbac' }, rotation: { vpc } });
    expect(findingsIn(stack, make, ' Test/Users/')).toEqual([]);
  });
});

describe('what is acknowledged', () => {
  it('is listed with its reason and the path of its construct', () => {
    const { stack } = clusterAsGiven();
    const acknowledged = acknowledgedRules(stack);
    expect(acknowledged).toContainEqual({
      rule: 'AwsSolutions-AEC6',
      path: 'Test/Cache/ReplicationGroup',
      reason: expect.stringMatching(/^The rule knows AUTH tokens only/),
    });
    for (const { rule, reason } of acknowledged) expect(reason, rule).toMatch(/\w.{20,}/);
  });

  it('is listed too when somebody else acknowledges it', () => {
    const { stack } = clusterAsGiven();
    Validations.of(stack).acknowledge({ id: 'AwsSolutions-VPC7', reason: 'Logged by the network team.' });
    const own = { rule: 'AwsSolutions-VPC7', reason: 'Logged by the network team.', path: 'Test' };
    expect(acknowledgedRules(stack)).toContainEqual(own);
  });

  it('is nothing around the cluster: an open door in the stack of a deployment is found', () => {
    const [deployment] = SHIPPED;
    if (deployment === undefined) throw new Error('No deployment of ElastiCache is shipped.');
    const stack = new DeploymentStack(new App({ analyticsReporting: false }), 'Shipped', { deployment });
    new SecurityGroup(stack, 'Open', { vpc: stack.vpc }).addIngressRule(Peer.anyIpv4(), Port.tcp(6379));
    expect(findingsIn(stack, () => new AwsSolutionsChecks(), ' ')).toEqual(['AwsSolutions-EC23 Shipped/Open/Resource']);
  });

  it('is nothing that is wrong: snapshots for too few days, one zone and the default port are still found', () => {
    const checks = () => new HIPAASecurityChecks();
    expect(findings(checks, { snapshotRetentionDays: 1 })).toContain(
      'HIPAA.Security-ElastiCacheRedisClusterAutomaticBackup Test/Cache/ReplicationGroup',
    );
    const found = findings(() => new AwsSolutionsChecks(), { engine: 'redis', engineVersion: '7.1', multiAz: false });
    expect(found).toEqual([
      'AwsSolutions-AEC4 Test/Cache/ReplicationGroup',
      'AwsSolutions-AEC5 Test/Cache/ReplicationGroup',
    ]);
  });
});
