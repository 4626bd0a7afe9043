/** Judges what is asked for of a serverless cache, all problems at once, and says what its clients see of it. */
import type { Problem } from '../base/problem.ts';
import { type ElastiCacheTopology, elastiCacheSchema } from '../topology/elasticache.ts';
import {
  type ServerlessCacheInput,
  type ServerlessCacheSettings,
  serverlessCacheSchema,
} from '../topology/elasticache-serverless.ts';
import { checkInput, wellFormedFields } from '../topology/input/check-input.ts';
import { SERVERLESS_RULES } from '../topology/rules/elasticache-serverless.ts';
import { brokenRules } from '../topology/rules/rule.ts';
import { tokenFields } from './tokens.ts';

export interface JudgedServerlessCache {
  /** With their defaults. Usable only when there is no problem. */
  readonly settings: ServerlessCacheSettings;
  readonly problems: readonly Problem[];
  /** Fields that are malformed or missing: what depends on them cannot be judged. */
  readonly malformed: ReadonlySet<string>;
}

export function judgeServerless(input: ServerlessCacheInput): JudgedServerlessCache {
  const checked = checkInput(serverlessCacheSchema, input);
  const judged = wellFormedFields(serverlessCacheSchema, checked.copy);
  const { fields = {}, malformed = new Set(Object.keys(serverlessCacheSchema.shape)) } = judged ?? {};
  const settings = fields as ServerlessCacheSettings;
  const problems = [...checked.problems, ...brokenRules(SERVERLESS_RULES, settings, { malformed })];
  return { settings, problems: withTokensNamed(problems, input), malformed };
}

/** A token is a number or text of the CDK's own making, which a sentence about its value would only puzzle with. */
function withTokensNamed(problems: readonly Problem[], input: ServerlessCacheInput): Problem[] {
  const fieldOf = ({ path = '' }: Problem) => path.split('.')[0] ?? '';
  const unknown = tokenFields(input).filter((field) => problems.some((problem) => fieldOf(problem) === field));
  return [...unknown.map(tokenProblem), ...problems.filter((problem) => !unknown.includes(fieldOf(problem)))];
}

function tokenProblem(field: string): Problem {
  const message = `\`${field}\` is known only when CloudFormation runs (a token), and is judged before. Give its value.`;
  return { code: 'AWS_TOKEN_NOT_JUDGED', message, path: field };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/WorkingWithRedis.html: reads may go to the replicas behind 6380. */
export const SERVERLESS_PORTS = { primary: 6379, replica: 6380 } as const;

/**
 * Serverless is always in cluster mode and exposes "the single virtual shard"
 * (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html), with replicas behind the second port.
 */
export function topologyThatClientsSee({
  name,
  engine,
  majorEngineVersion,
  networkType,
  authentication,
}: ServerlessCacheSettings): ElastiCacheTopology {
  return elastiCacheSchema.parse({
    platform: 'elasticache',
    name,
    engine,
    engineVersion: `${majorEngineVersion}.0`,
    networkType,
    authentication,
    port: SERVERLESS_PORTS.primary,
    shardCount: 1,
    replicasPerShard: 1,
  });
}
