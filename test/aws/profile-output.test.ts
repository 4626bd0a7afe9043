import { Aws, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import type { ElastiCacheTopologyInput } from '../../lib/aws/judge-topology.ts';
import { profileFromStackOutputs } from '../../lib/profile/from-stack.ts';
import { clusterWith, only } from './fixture.ts';

const HOST = 'clustercfg.shop.abc123.euw1.cache.amazonaws.com';
const PRIMARY = 'master.shop.abc123.euw1.cache.amazonaws.com';
const READERS = 'replica.shop.abc123.euw1.cache.amazonaws.com';
const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Cache-1';

/** What CloudFormation would answer once the group exists. */
function deployedOutputs(topology: Partial<ElastiCacheTopologyInput>): Record<string, string> {
  const { Outputs = {} } = clusterWith(topology).template().toJSON() as {
    Outputs?: Record<string, { Value: unknown }>;
  };
  return Object.fromEntries(Object.entries(Outputs).map(([key, { Value }]) => [key, resolved(Value)]));
}

function resolved(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::Join': join, 'Fn::GetAtt': attribute } = value as Record<string, unknown>;
  if (join !== undefined) return (join as [string, unknown[]])[1].map(resolved).join('');
  if (Ref === 'AWS::Region') return 'eu-west-1';
  if (attribute !== undefined) return hostOf(String((attribute as unknown[])[1]));
  return SECRET;
}

function hostOf(attribute: string): string {
  if (attribute === 'PrimaryEndPoint.Address') return PRIMARY;
  return attribute === 'ReaderEndPoint.Address' ? READERS : HOST;
}

describe('the outputs of a stack', () => {
  it('give back the connection profile, which says where the secret is and not what it is', () => {
    expect(profileFromStackOutputs(deployedOutputs({}))).toMatchObject({
      deployment: 'shop',
      platform: 'elasticache',
      clientMode: 'cluster',
      endpoint: { host: HOST, port: 6379 },
      tls: { serverName: HOST },
      authentication: {
        userName: 'application',
        secret: { kind: 'aws-secrets-manager', secretId: SECRET, region: 'eu-west-1', field: 'password' },
      },
      expected: { shardCount: 3, replicasPerShard: 1, engineVersion: '8.0' },
    });
  });

  it('give the range of what automatic scaling changes, so that a scale-out is what was asked for', () => {
    const scaling = { shards: { min: 3, max: 8 }, replicas: { min: 1, max: 3 } };
    expect(profileFromStackOutputs(deployedOutputs({ scaling })).expected).toEqual({
      shardCount: { min: 3, max: 8 },
      replicasPerShard: { min: 1, max: 3 },
      engineVersion: '8.0',
    });
  });

  it('give a plain client the primary endpoint without cluster mode, and the reader endpoint beside it', () => {
    const outputs = deployedOutputs({ clusterMode: 'disabled', shardCount: 1 });
    expect(profileFromStackOutputs(outputs)).toMatchObject({
      clientMode: 'single',
      endpoint: { host: PRIMARY, port: 6379 },
      readerEndpoint: { host: READERS, port: 6379 },
      tls: { serverName: PRIMARY },
      crossSlotCommands: 'all',
      expected: { shardCount: 1, replicasPerShard: 1 },
    });
    const primary = Object.entries(outputs).find(([key]) => key.includes('PrimaryEndpoint'));
    expect(primary?.[1]).toBe(`${PRIMARY}:6379`);
  });

  it('give a token no user, and a user of IAM what its tokens are signed for', () => {
    const token = profileFromStackOutputs(deployedOutputs({ authentication: { kind: 'auth-token' } }));
    expect(token.authentication).not.toHaveProperty('userName');
    const iam = profileFromStackOutputs(
      deployedOutputs({ authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } }),
    );
    expect(iam.authentication).toEqual({
      userName: 'checkout',
      secret: { kind: 'aws-iam', cacheName: 'shop', region: 'eu-west-1', serverless: false, userId: 'checkout' },
    });
  });

  it('hold no profile for a topology without authentication', () => {
    const outputs = deployedOutputs({ transitEncryption: 'preferred', authentication: { kind: 'none' } });
    expect(() => profileFromStackOutputs(outputs)).toThrow('STACK_WITHOUT_PROFILE');
  });
});

describe('the SSM parameter', () => {
  it('holds the same text, and is read by those who are granted it', () => {
    const { cluster, stack, template } = clusterWith();
    cluster.grantRead(new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
    const synthesised = template();
    const output = Object.entries(synthesised.findOutputs('*')).find(([key]) => key.includes('RedoubtProfile'));
    expect(only(synthesised, 'AWS::SSM::Parameter').Properties.Value).toEqual(output?.[1].Value);
    expect(JSON.stringify(only(synthesised, 'AWS::IAM::Policy').Properties)).toContain('ssm:GetParameter');
    expect(Stack.of(cluster).resolve(Aws.REGION)).toEqual({ Ref: 'AWS::Region' });
  });
});
