import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { isDowngrade } from '../../lib/plan/cloudformation/version.ts';
import { judgePlan } from '../../lib/plan/judge.ts';
import { cache, changeOf, codes, find, GROUP, template } from './templates.ts';

const plan = planCloudFormation;
const subnets = (name?: string) => ({
  Type: 'AWS::ElastiCache::SubnetGroup',
  Properties: {
    Description: 'subnets',
    SubnetIds: ['a'],
    ...(name === undefined ? {} : { CacheSubnetGroupName: name }),
  },
});

describe('values', () => {
  test('that are written differently and mean the same are the same', () => {
    expect(changeOf({ Port: 6379, MultiAZEnabled: true }, { MultiAZEnabled: 'true', Port: '6379' })).toEqual([]);
    const key = (name: unknown) => ({ KmsKeyId: { 'Fn::GetAtt': name } });
    expect(changeOf(key('Key.Arn'), key(['Key', 'Arn']))).toEqual([]);
    expect(changeOf({ Port: { Ref: 'AWS::NoValue' } }, {})).toEqual([]);
  });

  test('a default that is now written out is a change all the same, as it is to CloudFormation', () => {
    expect(changeOf({}, { Port: 6379 })).toMatchObject([
      { code: 'EC_PORT_REPLACES', before: '(absent)', after: '6379' },
    ]);
  });

  test('a property that no table knows is unknown', () => {
    expect(changeOf({}, { Novelty: 1 })).toMatchObject([{ code: 'EC_PROPERTY_UNKNOWN', effect: 'unknown' }]);
  });

  test('known only when it is deployed is unknown where it could replace, and harmless where nothing of it can', () => {
    const parameter = { Ref: 'Given' };
    expect(changeOf({ Port: 6379 }, { Port: parameter })).toMatchObject([
      { code: 'EC_VALUE_UNKNOWN', effect: 'unknown' },
    ]);
    expect(changeOf({ SnapshotWindow: 'a' }, { SnapshotWindow: parameter })).toMatchObject([{ effect: 'in-place' }]);
    expect(changeOf({ SecurityGroupIds: ['a'] }, { SecurityGroupIds: [parameter] })).toMatchObject([
      { effect: 'interruption' },
    ]);
    expect(changeOf({ Port: { 'Fn::If': ['C', 1, 2] } }, {})).toMatchObject([{ effect: 'unknown' }]);
    expect(changeOf({ KmsKeyId: '{{resolve:ssm:key:1}}' }, { KmsKeyId: '{{resolve:ssm:key:2}}' })).toMatchObject([
      { effect: 'unknown' },
    ]);
  });

  test('an output of another stack is such a value, and the same one is no change', () => {
    const key = (OutputName: string) => ({ KmsKeyId: { 'Fn::GetStackOutput': { StackName: 'Keys', OutputName } } });
    expect(changeOf(key('Key'), key('Key'))).toEqual([]);
    expect(changeOf(key('Key'), key('Other'))).toMatchObject([{ code: 'EC_VALUE_UNKNOWN', effect: 'unknown' }]);
    expect(changeOf({ KmsKeyId: { 'Fn::ImportValue': 'Key' } }, key('Key'))).toMatchObject([{ effect: 'unknown' }]);
  });

  test('online resharding decides also when the number of shards is not known', () => {
    const shards = (NumNodeGroups: unknown) =>
      template({ Cache: cache({ NumNodeGroups }, { UpdatePolicy: { UseOnlineResharding: 'true' } }) });
    expect(codes(plan(shards(2), shards({ Ref: 'Shards' })))).toEqual(['EC_SHARDS_ONLINE']);
    expect(changeOf({ NumNodeGroups: 2 }, { NumNodeGroups: { Ref: 'Shards' } })).toMatchObject([{ effect: 'unknown' }]);
  });

  test('that are equal but depend on a parameter, mapping or condition that changes are unknown', () => {
    const of = (value: unknown, rest: Record<string, unknown>) => template({ Cache: cache({ Port: value }) }, rest);
    const parameter = (Default: number) => of({ Ref: 'P' }, { Parameters: { P: { Type: 'Number', Default } } });
    expect(find(plan(parameter(1), parameter(2)), 'Cache.Port')).toMatchObject({
      effect: 'unknown',
      message: expect.stringContaining('depends on the parameter P'),
    });
    expect(plan(parameter(1), parameter(1)).changes).toEqual([]);
    const mapping = (port: number) => of({ 'Fn::FindInMap': ['M', 'a', 'b'] }, { Mappings: { M: { a: { b: port } } } });
    expect(find(plan(mapping(1), mapping(2)), 'Cache.Port').message).toContain('mapping M');
    const condition = (value: string) =>
      of({ 'Fn::If': ['C', 1, 2] }, { Conditions: { C: { Condition: 'D' }, D: { 'Fn::Equals': [value, 'b'] } } });
    expect(find(plan(condition('a'), condition('b')), 'Cache.Port').message).toContain('condition D');
    const substituted = (Default: string) =>
      of({ 'Fn::Sub': '${P}0 ${!Literal}' }, { Parameters: { P: { Type: 'String', Default } } });
    expect(find(plan(substituted('1'), substituted('2')), 'Cache.Port').message).toContain('parameter P');
  });

  test('a description of a parameter is no change', () => {
    const of = (Description: string) =>
      template({ Cache: cache({ Port: { Ref: 'P' } }) }, { Parameters: { P: { Type: 'Number', Description } } });
    expect(plan(of('a'), of('b')).changes).toEqual([]);
  });
});

describe('what a replacement pulls with it', () => {
  const hung = cache({ CacheSubnetGroupName: { Ref: 'Subnets' } });

  test('a subnet group with a new name replaces the cache that refers to it', () => {
    const found = plan(
      template({ Subnets: subnets('one'), Cache: hung }),
      template({ Subnets: subnets('two'), Cache: hung }),
    );
    expect(find(found, 'Cache.CacheSubnetGroupName')).toMatchObject({
      effect: 'data-loss',
      action: 'replace',
      message: expect.stringContaining('It follows from Subnets, which is replaced.'),
    });
  });

  test('a subnet group under a new logical id does too', () => {
    const renamed = cache({ CacheSubnetGroupName: { Ref: 'Subnets2' } });
    const found = plan(
      template({ Subnets: subnets(), Cache: hung }),
      template({ Subnets2: subnets(), Cache: renamed }),
    );
    expect(find(found, 'Cache.CacheSubnetGroupName').effect).toBe('data-loss');
  });

  test('what only changes in place pulls nothing', () => {
    const changed = { ...subnets(), Properties: { ...subnets().Properties, SubnetIds: ['b'] } };
    expect(
      codes(plan(template({ Subnets: subnets(), Cache: hung }), template({ Subnets: changed, Cache: hung }))),
    ).toEqual(['EN_SUBNETS']);
  });

  test('a resource that may be replaced makes what hangs on it unknown, and one whose tags change does not', () => {
    const serverless = { Type: 'AWS::ElastiCache::ServerlessCache', Properties: { SubnetIds: [{ Ref: 'Subnet' }] } };
    const subnet = (properties: Record<string, unknown>) => ({ Type: 'AWS::EC2::Subnet', Properties: properties });
    const of = (properties: Record<string, unknown>) => template({ Subnet: subnet(properties), Cache: serverless });
    expect(find(plan(of({ CidrBlock: 'a' }), of({ CidrBlock: 'b' })), 'Cache.SubnetIds')).toMatchObject({
      effect: 'unknown',
      message: expect.stringContaining('depends on Subnet'),
    });
    expect(
      plan(of({ CidrBlock: 'a', Tags: [] }), of({ CidrBlock: 'a', Tags: [{ Key: 'b', Value: 'c' }] })).changes,
    ).toEqual([]);
  });

  test('it is followed over several steps', () => {
    const secret = (Name: string) => ({ Type: 'AWS::SecretsManager::Secret', Properties: { Name } });
    const token = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString}}']] };
    const of = (name: string) => template({ Secret: secret(name), Cache: cache({ AuthToken: token }) });
    const found = plan(of('a'), of('b'));
    expect(codes(found).toSorted()).toEqual(['EC_AUTH_TOKEN_CHANGES', 'KS_NAME_REPLACES']);
    expect(JSON.stringify(found)).not.toContain('resolve');
  });

  test('references in a circle end', () => {
    const circle = (port: number) =>
      template({
        One: cache({ Port: port, SnapshotName: { Ref: 'Two' } }),
        Two: cache({ SnapshotName: { Ref: 'One' } }),
      });
    expect(codes(plan(circle(1), circle(2))).toSorted()).toEqual([
      'EC_PORT_REPLACES',
      'EC_SNAPSHOT_NAME_REPLACES',
      'EC_SNAPSHOT_NAME_REPLACES',
    ]);
  });
});

describe('whole resources', () => {
  const none = template({ Other: { Type: 'AWS::SNS::Topic' } });

  test('a new cache is harmless, a deleted one loses its data', () => {
    expect(plan(none, template({ Cache: cache() })).changes).toMatchObject([
      { code: 'EC_CREATED', effect: 'in-place' },
    ]);
    expect(plan(template({ Cache: cache() }), none).changes).toMatchObject([
      { code: 'EC_DELETED', effect: 'data-loss', acknowledgement: 'Cache.delete' },
    ]);
  });

  test.each([
    ['AWS::ElastiCache::ServerlessCache', 'EC_DELETED', 'data-loss'],
    ['AWS::ElastiCache::SubnetGroup', 'EN_DELETED', 'interruption'],
    ['AWS::ElastiCache::ParameterGroup', 'EP_DELETED', 'interruption'],
    ['AWS::ElastiCache::User', 'EU_DELETED', 'interruption'],
    ['AWS::ElastiCache::UserGroup', 'EG_DELETED', 'interruption'],
    ['AWS::ElastiCache::GlobalReplicationGroup', 'GD_DELETED', 'interruption'],
    ['AWS::ElastiCache::CacheCluster', 'EC_TYPE_UNKNOWN', 'unknown'],
    ['AWS::CloudFormation::Stack', 'EC_NESTED_STACK_UNKNOWN', 'unknown'],
  ])('%s that is deleted: %s', (Type, code, effect) => {
    expect(plan(template({ Gone: { Type } }), none).changes).toMatchObject([{ code, effect }]);
  });

  test('a key or a secret that goes counts only where a cache refers to it', () => {
    const key = { Type: 'AWS::KMS::Key', Properties: {} };
    const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { KmsKeyId: { Ref: 'Key' } } };
    const user = cache({ AuthToken: { Ref: 'Secret' } });
    const found = plan(
      template({ Key: key, Secret: secret, Cache: user }),
      template({ Cache: cache({ AuthToken: 'b' }) }),
    );
    expect(find(found, 'Key.delete')).toMatchObject({ code: 'KK_DELETED', effect: 'data-loss' });
    expect(find(found, 'Secret.delete').code).toBe('KS_DELETED');
    const apart = plan(template({ Key: key, Cache: cache() }), template({ Cache: cache() }));
    expect(apart.changes).toEqual([]);
  });

  test('a key that is retained leaves the stack and nothing else', () => {
    const key = { Type: 'AWS::KMS::Key', Properties: {}, DeletionPolicy: 'Retain' };
    const user = cache({ KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } });
    const found = plan(template({ Key: key, Cache: user }), template({ Cache: user }));
    expect(find(found, 'Key.delete')).toMatchObject({ code: 'KK_RETAINED', effect: 'in-place' });
  });

  test('under a name that the template gives and keeps, the sentence says that CloudFormation fails first', () => {
    const named = { ReplicationGroupId: 'cache', Port: 1 };
    const replaced = plan(template({ Cache: cache(named) }), template({ Cache: cache({ ...named, Port: 2 }) }));
    const words = 'As long as ReplicationGroupId stays the same, CloudFormation fails instead';
    expect(find(replaced, 'Cache.Port')).toMatchObject({
      effect: 'data-loss',
      message: expect.stringContaining(words),
    });
    const renamed = plan(template({ One: cache(named) }), template({ Two: cache(named) }));
    expect(find(renamed, 'One.delete').message).toContain(words);
    const free = plan(template({ Cache: cache({ Port: 1 }) }), template({ Cache: cache({ Port: 2 }) }));
    expect(find(free, 'Cache.Port').message).not.toContain(words);
  });

  test('a renamed construct loses the data, and its sentence says how to keep the logical id', () => {
    const properties = { Port: 6379, NumNodeGroups: 3 };
    const found = plan(
      template({ OldCache: cache(properties, { DeletionPolicy: 'Snapshot' }) }),
      template({ Other: cache(), NewCache: cache(properties) }),
    );
    expect(find(found, 'OldCache.delete')).toMatchObject({
      code: 'EC_RENAMED',
      effect: 'data-loss',
      message: expect.stringMatching(/^NewCache .*takes a last snapshot of it\.$/),
      alternative: expect.stringContaining('overrideLogicalId("OldCache")'),
    });
  });

  test('a type that changes under one id is refused', () => {
    const serverless = { Type: 'AWS::ElastiCache::ServerlessCache', Properties: {} };
    expect(codes(plan(template({ Cache: cache() }), template({ Cache: serverless })))).toEqual([
      'EC_TYPE_CHANGED_REFUSED',
    ]);
  });

  test('a resource of a type that no table knows, and a nested stack, are unknown once they change', () => {
    const of = (Type: string, Value: number) => template({ Thing: { Type, Properties: { Value } } });
    const other = 'AWS::ElastiCache::CacheCluster';
    expect(plan(of(other, 1), of(other, 2)).changes).toMatchObject([{ code: 'EC_TYPE_UNKNOWN' }]);
    expect(plan(of(other, 1), of(other, 1)).changes).toEqual([]);
    const nested = 'AWS::CloudFormation::Stack';
    expect(plan(of(nested, 1), of(nested, 2)).changes).toMatchObject([{ code: 'EC_NESTED_STACK_UNKNOWN' }]);
  });

  test('a condition that changes makes it unknown', () => {
    const of = (Condition: string | undefined, value: string) =>
      template(
        { Cache: cache({}, Condition === undefined ? {} : { Condition }) },
        { Conditions: { C: { 'Fn::Equals': [value, 'b'] } } },
      );
    expect(find(plan(of(undefined, 'a'), of('C', 'a')), 'Cache.Condition').effect).toBe('unknown');
    expect(codes(plan(of('C', 'a'), of('C', 'b')))).toEqual(['EC_CONDITION_UNKNOWN']);
    expect(plan(of('C', 'a'), of('C', 'a')).changes).toEqual([]);
  });
});

describe('policies that keep data', () => {
  test.each([
    ['Snapshot', 'takes a last snapshot of the old one'],
    ['Retain', 'the old one stays outside the stack'],
  ])('UpdateReplacePolicy: %s softens the sentence and not the verdict', (policy, words) => {
    const of = (Port: number) => template({ Cache: cache({ Port }, { UpdateReplacePolicy: policy }) });
    const found = plan(of(1), of(2));
    expect(find(found, 'Cache.Port')).toMatchObject({ effect: 'data-loss', message: expect.stringContaining(words) });
    expect(judgePlan(found, []).verdict).toBe('fail');
  });

  test('are named when they come or go', () => {
    const of = (attributes: Record<string, unknown>) => template({ Cache: cache({}, attributes) });
    const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Snapshot' };
    expect(plan(of(kept), of({})).changes).toMatchObject([
      { code: 'EC_KEEPING_POLICY_REMOVED', property: 'DeletionPolicy', effect: 'interruption' },
      { code: 'EC_KEEPING_POLICY_REMOVED', property: 'UpdateReplacePolicy' },
    ]);
    expect(codes(plan(of({}), of(kept)))).toEqual(['EC_KEEPING_POLICY_ADDED', 'EC_KEEPING_POLICY_ADDED']);
  });
});

describe('what cannot be compared is a problem, and the verdict is never pass', () => {
  const good = template({ Cache: cache() });
  test.each<[string, unknown, unknown, string]>([
    ['no template', 1, good, 'TEMPLATE_WITHOUT_RESOURCES'],
    ['no resources', good, { Parameters: {} }, 'TEMPLATE_WITHOUT_RESOURCES'],
    ['text from a stack that was deployed as YAML', 'Resources:', good, 'TEMPLATE_TEXT'],
    ['the same in the wrapping of get-template', { TemplateBody: 'Resources:' }, good, 'TEMPLATE_TEXT'],
    ['a resource without a type', template({ Bad: {} as never, Cache: cache() }), good, 'TEMPLATE_RESOURCE_BROKEN'],
    ['a macro', { ...good, Transform: 'Company::Macro' }, good, 'TEMPLATE_MACRO'],
    ['a loop that changes', { Resources: { ...good.Resources, 'Fn::ForEach::A': [] } }, good, 'TEMPLATE_LOOP'],
    ['nothing to judge', template({}), template({ A: { Type: 'AWS::SNS::Topic' } }), 'PLAN_NOTHING_TO_JUDGE'],
    ['nothing at all', template({}), template({}), 'PLAN_NOTHING_TO_JUDGE'],
  ])('%s', (_title, before, after, code) => {
    const found = plan(before, after);
    expect(found.problems.map((problem) => problem.code)).toEqual([code]);
    expect(judgePlan(found, []).verdict).not.toBe('pass');
  });

  test('a template that cannot be read does not make everything of the other one new or deleted', () => {
    expect(plan(1, good).changes).toEqual([]);
    expect(plan(good, 'x').changes).toEqual([]);
  });

  test('a document that is too deep, contains itself, or is too large', () => {
    const circle: Record<string, unknown> = { Resources: {} };
    circle.Resources = { Cache: circle };
    expect(plan(circle, good).problems).toMatchObject([{ code: 'PLAN_INPUT_TOO_DEEP' }]);
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(plan(template({ Cache: cache({ Port: deep }) }), good).problems).toMatchObject([
      { code: 'PLAN_INPUT_TOO_DEEP' },
    ]);
    const many = template(Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`R${index}`, cache()])));
    expect(plan(many, good).problems).toMatchObject([{ code: 'TEMPLATE_TOO_MANY_RESOURCES' }]);
  });

  test('the transforms of AWS that leave the cache alone are no problem', () => {
    const of = (Transform: unknown) => ({ ...good, Transform });
    const harmless = of(['AWS::SecretsManager-2024-09-16', 'AWS::LanguageExtensions']);
    expect(plan(harmless, harmless).problems).toEqual([]);
  });

  test('names of the language are names like others', () => {
    const of = (Port: number) =>
      JSON.parse(
        `{"Resources":{"__proto__":{"Type":"${GROUP}","Properties":{"Port":${Port}}},"constructor":{"Type":"${GROUP}","Properties":{"toString":${Port}}}}}`,
      );
    const found = plan(of(1), of(2));
    expect(codes(found).toSorted()).toEqual(['EC_PORT_REPLACES', 'EC_PROPERTY_UNKNOWN']);
  });
});

describe('for any input', () => {
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue(),
      fc.constantFrom<unknown>(
        { Ref: 'Cache' },
        { Ref: 'P' },
        { 'Fn::GetAtt': ['Other', 'Arn'] },
        { 'Fn::Sub': '${P}' },
      ),
      fc.record({ 'Fn::If': fc.tuple(fc.constant('C'), tie('node'), tie('node')) }),
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  })).node;
  const names = ['Port', 'AuthToken', 'NumNodeGroups', 'Properties', 'Tags', 'UserGroupIds', 'Novelty'];
  const resource = fc.record(
    {
      Type: fc.constantFrom(
        GROUP,
        'AWS::ElastiCache::ParameterGroup',
        'AWS::KMS::Key',
        'AWS::ElastiCache::Snapshot',
        'Other',
      ),
      Properties: fc.oneof(fc.dictionary(fc.constantFrom(...names), value), fc.jsonValue()),
      UpdatePolicy: fc.jsonValue(),
      Condition: fc.jsonValue(),
      DeletionPolicy: fc.constantFrom('Retain', 'Delete', 1),
    },
    { requiredKeys: [] },
  );
  const document = fc.oneof(
    fc.jsonValue(),
    fc.record({
      Resources: fc.dictionary(fc.constantFrom('Cache', 'Other', 'Third', '__proto__'), resource),
      Parameters: fc.oneof(fc.jsonValue(), fc.constant({ P: { Type: 'String', Default: 'a' } })),
      Conditions: fc.oneof(fc.jsonValue(), fc.constant({ C: { Condition: 'C' } })),
    }),
  );

  test('there is an answer and no crash, and what is the same has no change', () => {
    fc.assert(
      fc.property(document, document, (before, after) => {
        const { changes, problems } = plan(before, after);
        for (const change of changes) expect(change.acknowledgement.startsWith(`${change.resource}.`)).toBe(true);
        expect(changes.length + problems.length).toBeGreaterThanOrEqual(0);
        expect(plan(before, structuredClone(before)).changes).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['8.0', '7.2', true],
  ['7.2', '8.0', false],
  ['7.0', '7.0', false],
  ['6.x', '5.0.6', true],
  ['7', '7.1', false],
  ['7.10', '7.9', true],
  ['latest', '7.0', false],
  [8, 7, true],
])('from %s to %s is a downgrade: %s', (before, after, expected) => {
  expect(isDowngrade(before, after)).toBe(expected);
});
