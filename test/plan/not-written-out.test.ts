/** What a template does not write out is never taken for unchanged because its text is the same. */
import { describe, expect, it, test } from 'vitest';
import { planCloudFormation } from '../../lib/plan/cloudformation/compare.ts';
import { judgePlan } from '../../lib/plan/judge.ts';
import { cache, find, type Properties, template } from './templates.ts';

interface Loop {
  readonly names?: string;
  readonly subnets?: string;
  readonly transform?: unknown;
  readonly description?: string;
}

/** Caches in a loop over a list parameter, in a subnet group of the same template. */
function looped({ names = 'a,b', subnets = 'one', transform = 'AWS::LanguageExtensions', description = '' }: Loop) {
  const each = cache({ CacheSubnetGroupName: { Ref: 'Subnets' }, ReplicationGroupId: { 'Fn::Sub': 'cache-${Id}' } });
  const group: Properties = { Description: 'subnets', SubnetIds: ['a'], CacheSubnetGroupName: subnets };
  return {
    ...(transform === undefined ? {} : { Transform: transform }),
    Parameters: { Names: { Type: 'CommaDelimitedList', Default: names, Description: description } },
    Resources: {
      Plain: cache(),
      Subnets: { Type: 'AWS::ElastiCache::SubnetGroup', Properties: group },
      'Fn::ForEach::Caches': ['Id', { Ref: 'Names' }, { 'Cache${Id}': each }],
    },
  };
}

describe('a loop that is written the same', () => {
  it('is no problem while nothing that it depends on changes', () => {
    const plan = planCloudFormation(looped({}), looped({ description: 'of the caches' }));
    expect(plan).toMatchObject({ changes: [], problems: [] });
  });

  it.each<[string, Loop, string]>([
    ['runs over a list that changes', { names: 'a' }, 'depends on the parameter Names'],
    ['refers to a resource that is replaced', { subnets: 'two' }, 'depends on Subnets, which changes'],
    ['is written out by another transform', { transform: ['AWS::LanguageExtensions', 'AWS::Include'] }, 'Transform'],
  ])('%s is a problem, and the verdict no pass', (_, after, words) => {
    const plan = planCloudFormation(looped({}), looped(after));
    const problem = plan.problems.find(({ code }) => code === 'TEMPLATE_LOOP');
    expect(problem?.message).toContain(words);
    expect(judgePlan(plan, []).verdict).not.toBe('pass');
  });
});

describe('Fn::Transform is a problem also where both templates are the same', () => {
  const include = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: 's3://bucket/file' } } };
  it.each([
    ['among the resources', { Cache: cache(), ...include }],
    ['in a cache', { Cache: cache({}, include) }],
    ['in the properties of a cache', { Cache: cache(include) }],
    ['deep in a property of a cache', { Cache: cache({ Tags: [{ Key: 'a', Value: [include] }] }) }],
  ])('%s', (_, Resources) => {
    const plan = planCloudFormation({ Resources }, { Resources });
    expect(plan.changes).toEqual([]);
    expect(plan.problems.map(({ code }) => code)).toEqual(['TEMPLATE_MACRO', 'TEMPLATE_MACRO']);
    expect(judgePlan(plan, []).verdict).toBe('unknown');
  });

  it('and none in what has nothing to do with a cache', () => {
    const one = template({ Cache: cache(), Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body: include } } });
    expect(planCloudFormation(one, one)).toMatchObject({ changes: [], problems: [] });
  });
});

test('a mapping that a function names may be any of them', () => {
  const of = (port: number, other = 1) =>
    template(
      { Cache: cache({ Port: { 'Fn::FindInMap': [{ Ref: 'Stage' }, 'cache', 'port'] } }) },
      { Mappings: { Production: { cache: { port } }, Other: { cache: { port: other } } } },
    );
  expect(find(planCloudFormation(of(1), of(2)), 'Cache.Port')).toMatchObject({ code: 'EC_VALUE_UNKNOWN' });
  expect(find(planCloudFormation(of(1), of(1, 2)), 'Cache.Port').effect).toBe('unknown');
  expect(planCloudFormation(of(1), of(1)).changes).toEqual([]);
});
