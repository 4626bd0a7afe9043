/** What runs: engine, version, parameters. */

import type { ElastiCacheTopology } from '../../elasticache.ts';
import { describeGiven, listed } from '../../input/describe.ts';
import { ELASTICACHE_ENGINE_VERSIONS } from '../../limits.ts';
import { type Rule, ruleMaker } from '../rule.ts';

const rule = ruleMaker<ElastiCacheTopology>();

/** Parameters that a field of the topology decides, and what to do instead. */
const FIELD_OF_PARAMETER: Readonly<Record<string, string>> = {
  'cluster-enabled': 'the field `clusterMode` decides it',
  'maxmemory-policy': 'the field `evictionPolicy` decides it',
};

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/data-tiering.html (limitations) */
const DATA_TIERING_EVICTION_POLICIES: readonly string[] = ['volatile-lru', 'allkeys-lru', 'noeviction'];

export const ENGINE_RULES: readonly Rule<ElastiCacheTopology>[] = [
  rule({
    code: 'EC_ENGINE_VERSION_PATCH_LEVEL',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html',
    fields: ['engineVersion', 'engine'],
    when: ({ engineVersion }) => hasPatchLevel(engineVersion),
    message: ({ engine, engineVersion }) =>
      `\`engineVersion\` is ${describeGiven(engineVersion)}: the service takes major and minor only and refuses a patch level. Allowed for ${engine}: ${listed(ELASTICACHE_ENGINE_VERSIONS[engine])}.`,
  }),
  rule({
    code: 'EC_ENGINE_VERSION_UNSUPPORTED',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/supported-engine-versions.html',
    fields: ['engineVersion', 'engine'],
    when: ({ engine, engineVersion }) =>
      !hasPatchLevel(engineVersion) &&
      !ELASTICACHE_ENGINE_VERSIONS[engine].some((version) => version === engineVersion),
    message: ({ engine, engineVersion }) =>
      `\`engineVersion\` is ${describeGiven(engineVersion)}: ElastiCache has no such version of ${engine} in standard support. Allowed: ${listed(ELASTICACHE_ENGINE_VERSIONS[engine])}.`,
  }),
  rule({
    code: 'EC_PARAMETER_HAS_A_FIELD',
    source: 'Redoubt: two places that say the same thing say two things one day.',
    fields: ['parameters'],
    when: ({ parameters }) => parametersWithField(parameters).length > 0,
    message: ({ parameters }) =>
      `\`parameters\` sets ${listed(parametersWithField(parameters))}: ${parametersWithField(parameters)
        .map((name) => FIELD_OF_PARAMETER[name])
        .join('; ')}. Remove it from \`parameters\`.`,
  }),
  rule({
    code: 'EC_PARAMETER_NAME_FORM',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html',
    fields: ['parameters'],
    when: ({ parameters }) => oddParameters(parameters).length > 0,
    message: ({ parameters }) =>
      `\`parameters\` has ${listed(oddParameters(parameters))}: a parameter's name has small letters, digits and hyphens ("notify-keyspace-events"), and its value is not blank text. Correct it.`,
  }),
  rule({
    code: 'EC_DATA_TIERING_EVICTION_POLICY',
    source: 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/data-tiering.html',
    fields: ['evictionPolicy', 'dataTiering'],
    when: ({ evictionPolicy, dataTiering }) => dataTiering && !DATA_TIERING_EVICTION_POLICIES.includes(evictionPolicy),
    message: ({ evictionPolicy }) =>
      `\`evictionPolicy\` is "${evictionPolicy}" with \`dataTiering\` true: data tiering works with ${listed(DATA_TIERING_EVICTION_POLICIES)}. Choose one of them.`,
  }),
];

function hasPatchLevel(version: string): boolean {
  return /^\d+\.\d+\.\d+$/.test(version);
}

function parametersWithField(parameters: Readonly<Record<string, string>>): string[] {
  return Object.keys(parameters).filter((name) => Object.hasOwn(FIELD_OF_PARAMETER, name));
}

function oddParameters(parameters: Readonly<Record<string, string>>): string[] {
  return Object.entries(parameters)
    .filter(([name, value]) => !/^[a-z][a-z0-9-]*$/.test(name) || (value !== '' && value.trim() === ''))
    .map(([name]) => name);
}
