/** Values that are known only when CloudFormation runs: where they are, and what stands in for them while the rest is judged. */
import { Token } from 'aws-cdk-lib/core';
import type { NodeGroup } from '../topology/elasticache.ts';
import type { ElastiCacheTopologyInput } from '../topology/elasticache-input.ts';

/** Itself, or anywhere inside. */
export function holdsToken(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsToken);
}

/** Names of the fields that are tokens, or hold one. */
export function tokenFields(input: object | undefined): string[] {
  return Object.entries(input ?? {}).flatMap(([field, value]) => (holdsToken(value) ? [field] : []));
}

/** Fields of which a part may be a token, while the rest is judged as it stands. */
export const PARTLY_KNOWN = ['nodeGroups', 'parameters'] as const;

/** For the rules only: the template gets what was given. */
export function withTokensStoodIn(input: ElastiCacheTopologyInput): ElastiCacheTopologyInput {
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
