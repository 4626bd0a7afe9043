import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { CONTEXT, contextProblems } from '../../bin/aws-context.ts';

const whole = Object.fromEntries(CONTEXT.map((key) => [key, '1']));

test('every key of the app passes', () => {
  expect(contextProblems(whole)).toEqual([]);
});

test.each(CONTEXT)('an empty `%s` is refused, because a shell left it so', (key) => {
  expect(contextProblems({ ...whole, [key]: '' })).toMatchObject([{ code: 'AWS_CONTEXT_EMPTY', path: key }]);
});

test.each([
  ['vpcid', 'vpcId'],
  ['vpc-id', 'vpcId'],
  ['VPC_ID', 'vpcId'],
  ['vpc', 'vpcId'],
  ['vpcName', 'vpcId'],
  ['stack', 'stackName'],
  ['stack_name', 'stackName'],
  ['stackId', 'stackName'],
  ['deploymnet', 'deployment'],
  ['deploymentName', 'deployment'],
  ['deployment-file', 'deployment'],
  ['verfiy', 'verify'],
  ['template', 'templateReplicasPerShard'],
  ['shardCount', 'templateShardCount'],
  ['replicasPerShard', 'templateReplicasPerShard'],
  ['replicas-per-shard', 'templateReplicasPerShard'],
])('`%s` is refused, and `%s` is named', (key, meant) => {
  expect(contextProblems({ ...whole, [key]: '1' })).toMatchObject([
    { code: 'AWS_CONTEXT_UNKNOWN', path: key, message: expect.stringContaining(`did you mean \`${meant}\`?`) },
  ]);
});

test.each([
  '@aws-cdk/core:validateAgainstDefaultRules',
  '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup',
  'aws:cdk:enable-path-metadata',
  'aws:cdk:bundling-stacks',
  'aws-cdk:enableDiffNoFail',
  'availability-zones:account=123456789012:region=eu-west-1',
  'vpc-provider:account=123456789012:filter.vpc-id=vpc-0:region=eu-west-1:returnAsymmetricSubnets=true',
  'security-group:account=123456789012:region=eu-west-1:securityGroupId=sg-0',
  'ssm:account=123456789012:parameterName=/vpc/id:region=eu-west-1',
  'acknowledged-issue-numbers',
  'team',
  'name',
  'id',
  'count',
  'environment',
  'env',
  'stage',
  'region',
  'account',
  'vpcCidrBlock',
  'deploymentAccount',
])('`%s` is the CDK’s or somebody’s own, and passes', (key) => {
  expect(contextProblems({ ...whole, [key]: '' })).toEqual([]);
});

test('every key of this project’s own cdk.json passes', async () => {
  const { context } = JSON.parse(await readFile('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  expect(Object.keys(context).length).toBeGreaterThan(3);
  expect(contextProblems(context)).toEqual([]);
});

test('every wrong key is told at once', () => {
  expect(contextProblems({ vpc: 'vpc-0', stackName: '' }).map(({ code }) => code)).toEqual([
    'AWS_CONTEXT_UNKNOWN',
    'AWS_CONTEXT_EMPTY',
  ]);
});
