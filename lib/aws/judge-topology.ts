/**
 * Judges a topology inside a CDK app, where some values are known only when CloudFormation runs (tokens). What depends on
 * such a value is left to the service; everything else is judged at once, by the rules that judge every topology.
 */
import { Token } from 'aws-cdk-lib/core';
import type { Problem } from '../base/problem.ts';
import { type ElastiCacheTopology, elastiCacheSchema, type NodeGroup } from '../topology/elasticache.ts';
import type { ElastiCacheTopologyInput } from '../topology/elasticache-input.ts';
import { checkInput, wellFormedFields } from '../topology/input/check-input.ts';
import { ELASTICACHE_RULES } from '../topology/rules/elasticache.ts';
import { brokenRules } from '../topology/rules/rule.ts';

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
  const tokens = new Set(Object.entries(input ?? {}).flatMap(([field, value]) => (holdsToken(value) ? [field] : [])));
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

/** Fields of which a part may be a token, while the rest is judged as it stands. */
const PARTLY_KNOWN = ['nodeGroups', 'parameters'] as const;

function withTokensStoodIn(input: ElastiCacheTopologyInput): ElastiCacheTopologyInput {
  return withoutUnknownValues(withZonesStoodIn(input));
}

/** Each parameter is judged by itself, so that one whose value is not known takes no other's judgement away. */
function withoutUnknownValues(input: ElastiCacheTopologyInput): ElastiCacheTopologyInput {
  const parameters: unknown = input?.parameters;
  if (!isPlain(parameters) || !holdsToken(parameters)) return input;
  const known = Object.entries(parameters).filter(([, value]) => !Token.isUnresolved(value));
  return { ...input, parameters: Object.fromEntries(known) as Record<string, string> };
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Token.isUnresolved(value);
}

/** Of the form of a zone, so that no rule complains of it, and no zone that there is. */
const UNKNOWN_ZONE = 'unknown-zone-1a';

/**
 * Zones are tokens in every stack that names no region, and nothing of a layout but its zones depends on them: the rest of it is
 * judged as it stands.
 */
function withZonesStoodIn(input: ElastiCacheTopologyInput): ElastiCacheTopologyInput {
  const nodeGroups: unknown = input?.nodeGroups;
  if (!Array.isArray(nodeGroups) || Token.isUnresolved(nodeGroups) || !holdsToken(nodeGroups)) return input;
  return { ...input, nodeGroups: nodeGroups.map(groupWithZonesStoodIn) };
}

function groupWithZonesStoodIn(group: unknown): NodeGroup {
  if (!isPlain(group)) return group as NodeGroup;
  const { primaryZone, replicaZones } = group as NodeGroup;
  const isList = Array.isArray(replicaZones) && !Token.isUnresolved(replicaZones);
  return {
    ...group,
    // A primary whose zone is not known shares it with no replica.
    ...(Token.isUnresolved(primaryZone) ? { primaryZone: undefined } : {}),
    ...(isList ? { replicaZones: replicaZones.map((zone) => (Token.isUnresolved(zone) ? UNKNOWN_ZONE : zone)) } : {}),
  };
}

/** Itself, or anywhere inside. */
export function holdsToken(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsToken);
}

function tokenProblem(field: string): Problem {
  const message = `\`${field}\` is known only when CloudFormation runs (a token), but the template is shaped by it. Give its value; tokens may stand in ${MAY_BE_TOKENS.join(', ')}.`;
  return { code: 'AWS_TOKEN_SHAPES_TEMPLATE', message, path: field };
}

function pick(input: object, fields: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(input).filter(([field]) => fields.has(field)));
}
