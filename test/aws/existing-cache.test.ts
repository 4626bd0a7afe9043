import { Template } from 'aws-cdk-lib/assertions';
import { Peer, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { ExistingCache } from '../../lib/aws/existing-cache.ts';
import type { ConnectionProfileInput } from '../../lib/profile/profile.ts';
import { emptyStack, only, problemsOf } from './fixture.ts';

const PROFILE: ConnectionProfileInput = {
  schemaVersion: 1,
  deployment: 'shop',
  platform: 'elasticache',
  clientMode: 'cluster',
  endpoint: { host: 'clustercfg.shop.abc123.euw1.cache.amazonaws.com', port: 6380 },
  tls: { serverName: 'clustercfg.shop.abc123.euw1.cache.amazonaws.com' },
  authentication: {
    userName: 'application',
    secret: { kind: 'aws-secrets-manager', secretId: 'shop/cache', field: 'password' },
  },
  crossSlotCommands: 'none',
  expected: { shardCount: 3, replicasPerShard: 1 },
};
const WHOLE = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop-AbCdEf';

function existing(change: Partial<ConnectionProfileInput> = {}, withKey = false) {
  const stack = emptyStack();
  const cache = new ExistingCache(stack, 'Cache', {
    profile: { ...PROFILE, ...change },
    securityGroup: SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0'),
    ...(withKey ? { encryptionKey: Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/1234') } : {}),
  });
  const role = new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  const granted = () => {
    cache.grantConnect(role);
    return JSON.stringify(only(Template.fromStack(stack), 'AWS::IAM::Policy').Properties);
  };
  return { stack, cache, granted };
}

const secretOf = (secret: ConnectionProfileInput['authentication']['secret'], userName = 'application') => ({
  authentication: { userName, secret },
});

describe('a cache that exists', () => {
  it('is opened to clients at the port of its profile, and is not made again', () => {
    const { stack, cache } = existing();
    cache.connections.allowDefaultPortFrom(Peer.ipv4('10.0.0.0/16'));
    const template = Template.fromStack(stack);
    expect(only(template, 'AWS::EC2::SecurityGroupIngress').Properties).toMatchObject({
      GroupId: 'sg-0123456789abcdef0',
      FromPort: 6380,
      CidrIp: '10.0.0.0/16',
    });
    expect(JSON.stringify(template.toJSON())).not.toContain('AWS::ElastiCache::');
    expect(cache.host).toBe(PROFILE.endpoint.host);
  });

  it.each([
    ['a name', 'shop/cache', /:secret:shop\/cache-\?\?\?\?\?\?/],
    ['a whole ARN', WHOLE, /secret:shop-AbCdEf"/],
    [
      'an ARN without its end',
      'arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop',
      /secret:shop-\?\?\?\?\?\?"/,
    ],
  ])('grants its secret, given as %s', (_, secretId, expected) => {
    const { granted } = existing(secretOf({ kind: 'aws-secrets-manager', secretId }));
    const policy = granted();
    expect(policy).toContain('secretsmanager:GetSecretValue');
    expect(policy).toMatch(expected);
  });

  it('grants the key of its secret too', () => {
    expect(existing({}, true).granted()).toContain('kms:Decrypt');
  });

  it('grants the connection as its user with IAM', () => {
    const iam = { kind: 'aws-iam', cacheName: 'shop', region: 'eu-west-1', userId: 'checkout' } as const;
    expect(existing(secretOf(iam, 'checkout')).granted()).toMatch(
      /elasticache:Connect.*replicationgroup:shop.*user:checkout/,
    );
  });

  it('cannot grant what is in a file', () => {
    const { granted } = existing(secretOf({ kind: 'file', path: '/run/secrets/cache' }));
    expect(granted).toThrow('AWS_EXISTING_SECRET_ELSEWHERE profile.authentication.secret.kind: ');
  });

  it('is of ElastiCache, and has a profile without problems', () => {
    const azure = { platform: 'azure-managed-redis', clusteringPolicy: 'OSSCluster' } as const;
    expect(problemsOf(() => existing(azure))).toContain('AWS_EXISTING_OTHER_PLATFORM ');
    expect(problemsOf(() => existing({ clientMode: 'single' }))).toContain('PROFILE_ELASTICACHE_NEEDS_CLUSTER_MODE ');
  });
});
