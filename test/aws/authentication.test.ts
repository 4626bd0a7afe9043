import { Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { ElastiCacheCluster } from '../../lib/aws/elasticache-cluster.ts';
import { applicationAccess } from '../../lib/topology/application-access.ts';
import { clusterWith, emptyStack, GROUP, isolatedVpc, only, TOPOLOGY } from './fixture.ts';

const USER = 'AWS::ElastiCache::User';
const GROUP_OF_USERS = 'AWS::ElastiCache::UserGroup';

const IAM = { authentication: { kind: 'rbac', userName: 'checkout', credential: 'iam' } } as const;
const TOKEN = { authentication: { kind: 'auth-token' } } as const;

/** Every text of the template that could be a password, with the path to it. */
function longTexts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return value.length >= 16 && /^[A-Za-z0-9]+$/.test(value) ? [[path, value]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => longTexts(inside, `${path}.${key}`));
}

describe('a user with a password', () => {
  const template = clusterWith().template();

  it('is in the group together with the switched-off default user', () => {
    template.resourceCountIs(USER, 2);
    template.hasResourceProperties(USER, { UserName: 'default', AccessString: 'off ~* -@all', Engine: 'valkey' });
    template.hasResourceProperties(USER, { UserName: 'application', AccessString: Match.stringLikeRegexp('^on ') });
    expect(only(template, GROUP_OF_USERS).Properties.UserIds).toHaveLength(2);
    expect(only(template, GROUP).Properties.UserGroupIds).toHaveLength(1);
    expect(only(template, GROUP).Properties).not.toHaveProperty('AuthToken');
  });

  it('has a group without the tags of an app, a change of which would fail its update', () => {
    const { stack, template } = clusterWith();
    Tags.of(stack).add('team', 'shop');
    const tagged = template();
    expect(only(tagged, GROUP_OF_USERS).Properties).not.toHaveProperty('Tags');
    expect(only(tagged, GROUP).Properties.Tags).toEqual([{ Key: 'team', Value: 'shop' }]);
  });

  it('has a generated password of 64 letters and digits, which reaches ElastiCache by dynamic reference', () => {
    template.allResourcesProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: Match.objectLike({ PasswordLength: 64, ExcludePunctuation: true }),
    });
    for (const user of Object.values(template.findResources(USER))) {
      expect(JSON.stringify(user.Properties.AuthenticationMode)).toMatch(
        /"Type":"password","Passwords":\[\{"Fn::Join":\["",\["\{\{resolve:secretsmanager:/,
      );
    }
  });

  it('has ids of its own per account and engine, also for a name that is too long for one', () => {
    expect(userIds({})).toEqual(['shop-valkey-app', 'shop-valkey-default']);
    const long = userIds({ name: 'a-name-as-long-as-a-group-may-have-it-40' });
    for (const id of long) expect(id).toMatch(/^[a-z][a-z0-9-]{0,39}$/);
    expect(new Set(long).size).toBe(2);
  });

  function userIds(topology: { name?: string }): string[] {
    const users = clusterWith(topology).template().findResources(USER);
    return Object.values(users)
      .map((user) => user.Properties.UserId)
      .sort();
  }

  it('is read with a key of another stack too, whose policy cannot be changed from here', () => {
    const { stack } = clusterWith({}, { alarms: false, dashboard: false });
    const encryptionKey = Key.fromKeyArn(
      stack,
      'Given',
      'arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000',
    );
    const vpc = stack.node.findChild('Vpc') as unknown as IVpc;
    const topology = { ...TOPOLOGY, name: 'other' };
    const cluster = new ElastiCacheCluster(stack, 'Other', { vpc, topology, encryptionKey });
    const role = new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    cluster.grantConnect(role);
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect(policies).toMatch(/kms:Decrypt.*kms:ViaService.*key\/0a1b2c3d/);
  });

  it('lets nobody read the password but those who are granted it', () => {
    const { cluster, stack, template: synthesised } = clusterWith();
    cluster.grantConnect(new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
    const granted = synthesised();
    expect(JSON.stringify(only(granted, 'AWS::IAM::Policy').Properties)).toContain('secretsmanager:GetSecretValue');
    expect(JSON.stringify(only(granted, 'AWS::KMS::Key').Properties.KeyPolicy)).toMatch(/"Fn::GetAtt":\["Task/);
    clusterWith().template().resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('may be given a secret and an access string', () => {
    const stack = emptyStack();
    const secret = Secret.fromSecretNameV2(stack, 'Given', 'shop/redis');
    new ElastiCacheCluster(stack, 'Cache', {
      vpc: isolatedVpc(stack),
      topology: TOPOLOGY,
      secret,
      accessString: READER,
    });
    const given = Template.fromStack(stack);
    given.resourceCountIs('AWS::SecretsManager::Secret', 1);
    given.hasResourceProperties(USER, { UserName: 'application', AccessString: READER });
    expect(JSON.stringify(given.findResources(USER))).toContain(':secret:shop/redis:SecretString:password::}}');
  });
});

/** As in docs/aws.md, which test/verify/narrow-user.lab.test.ts tries. */
const READER = 'on ~shop:* +@read +@connection -@dangerous +info +cluster|info +cluster|nodes +cluster|slots';

it('a user has the access string that the topology declares', () => {
  const declared = { kind: 'rbac', accessString: READER } as const;
  clusterWith({ authentication: declared }).template().hasResourceProperties(USER, { AccessString: READER });
});

describe('a user with IAM', () => {
  it('has the same id and name and no password', () => {
    clusterWith(IAM)
      .template()
      .hasResourceProperties(USER, {
        UserId: 'checkout',
        UserName: 'checkout',
        AuthenticationMode: { Type: 'iam' },
      });
  });

  it('is signed in as by those who may connect to the group and as the user, and nothing else', () => {
    const { cluster, stack, template } = clusterWith({ ...IAM, name: 'Shop' });
    cluster.grantConnect(new Role(stack, 'Task', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }));
    const { PolicyDocument } = only(template(), 'AWS::IAM::Policy').Properties as { PolicyDocument: object };
    const text = JSON.stringify(PolicyDocument);
    expect(text).toContain('"Action":"elasticache:Connect"');
    expect(text).toContain(':replicationgroup:shop"');
    expect(text).toContain(':user:checkout"');
    expect(text).not.toContain('"*"');
  });
});

describe('an AUTH token', () => {
  it('is generated and reaches ElastiCache by dynamic reference, without users', () => {
    const template = clusterWith(TOKEN).template();
    template.resourceCountIs(USER, 0);
    const { AuthToken, UserGroupIds } = only(template, GROUP).Properties;
    expect(JSON.stringify(AuthToken)).toContain('{{resolve:secretsmanager:');
    expect(UserGroupIds).toBeUndefined();
  });
});

describe('no template', () => {
  it.each([
    ['a password', {}],
    ['IAM', IAM],
    ['an AUTH token', TOKEN],
  ])('holds the secret of a cluster with %s', (_, topology) => {
    expect(longTexts(clusterWith(topology).template().toJSON()).filter(isSecretLike)).toEqual([]);
  });

  /** Logical ids stand in references, and words are not random. */
  function isSecretLike([path, text]: [string, string]): boolean {
    const isReference = /\.(Ref|Fn::GetAtt\.0|DependsOn\.\d+)$/.test(path);
    return !isReference && /[A-Z]/.test(text) && /[a-z]/.test(text) && /\d/.test(text);
  }
});

describe("the application's access", () => {
  it.each([
    ['valkey', '8.0'],
    ['redis', '7.1'],
    ['redis', '6.2'],
  ] as const)(
    "of %s %s leaves administrators' commands out and what cluster clients need in",
    (engine, engineVersion) => {
      expect(applicationAccess({ engine, engineVersion })).toBe(
        'on ~* &* +@all -@admin -@dangerous +info +role +cluster|info +cluster|keyslot +cluster|nodes +cluster|slots +client|getname +client|id +client|setname',
      );
    },
  );

  it('has no channel patterns in Redis OSS 6.0, which knows none', () => {
    expect(applicationAccess({ engine: 'redis', engineVersion: '6.0' })).toMatch(/^on ~\* \+@all -@admin /);
  });
});
