/**
 * Judges a topology inside a CDK app, where some values are known only when CloudFormation runs (tokens). What depends on
 * such a value is left to the service; everything else is judged at once, by the rules that judge every topology.
 */
import type { Problem } from '../base/problem.ts';
import { type ElastiCacheTopology, elastiCacheSchema } from '../topology/elasticache.ts';
import type { ElastiCacheTopologyInput } from '../topology/elasticache-input.ts';
import { checkInput, wellFormedFields } from '../topology/input/check-input.ts';
import { ELASTICACHE_RULES } from '../topology/rules/elasticache.ts';
import { brokenRules } from '../topology/rules/rule.ts';
import { PARTLY_KNOWN, tokenFields, withTokensStoodIn } from './tokens.ts';

export type { ElastiCacheTopologyInput } from '../topology/elasticache-input.ts';

/** Fields that no resource of the template is shaped by, so that their values may be tokens. */
const MAY_BE_TOKENS: readonly string[] = [
  'name',
  'nodeType',
  'nodeGroups',
  'parameters',
  'snapshotWindow',
  'maintenanceWindow',
  'snapshotRetentionDays',
];

export interface JudgedTopology {
  /** With its defaults. Usable only when there is no problem. */
  readonly topology: ElastiCacheTopology;
  readonly problems: readonly Problem[];
  /** Fields that are malformed, missing, or tokens where none may stand: what depends on them cannot be judged. */
  readonly malformed: ReadonlySet<string>;
}

export function judgeTopology(given: ElastiCacheTopologyInput): JudgedTopology {
  const input = withTokensStoodIn(given);
  const tokens = new Set(tokenFields(input));
  const checked = checkInput(elastiCacheSchema, input);
  const judged = wellFormedFields(elastiCacheSchema, checked.copy);
  const fields = { ...pick(input ?? {}, tokens), ...judged?.fields } as ElastiCacheTopology;
  const unknown = new Set([...tokens, ...(judged?.malformed ?? Object.keys(elastiCacheSchema.shape))]);
  const problems = [
    ...[...tokens].filter((field) => !MAY_BE_TOKENS.includes(field)).map(tokenProblem),
    ...checked.problems.filter(({ path = '' }) => !tokens.has(path.split('.')[0] ?? '')),
    ...brokenRules(ELASTICACHE_RULES, fields, { malformed: unknown }),
  ];
  const malformed = new Set([...unknown].filter((field) => !(tokens.has(field) && MAY_BE_TOKENS.includes(field))));
  const stoodIn = PARTLY_KNOWN.filter((field) => input?.[field] !== given?.[field] && !malformed.has(field));
  const topology = { ...fields, ...pick(given ?? {}, new Set(stoodIn)) } as ElastiCacheTopology;
  return { topology, problems, malformed };
}

function tokenProblem(field: string): Problem {
  const message = `\`${field}\` is known only when CloudFormation runs (a token), but the template is shaped by it. Give its value; tokens may stand in ${MAY_BE_TOKENS.join(', ')}.`;
  return { code: 'AWS_TOKEN_SHAPES_TEMPLATE', message, path: field };
}

function pick(input: object, fields: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(input).filter(([field]) => fields.has(field)));
}
