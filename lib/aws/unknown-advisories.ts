/** Names that this version does not know, and the service may: the documentation names not all, and new ones appear. */
import { Token } from 'aws-cdk-lib/core';
import type { ElastiCacheTopology } from '../topology/elasticache.ts';
import { PARAMETERS, tryParameter } from '../topology/elasticache-parameters.ts';
import { closestTo } from '../topology/input/closest.ts';
import { NODE_SIZES, OFFERED_FAMILIES, tryNodeType } from '../topology/node-type.ts';
import type { AdvisoryRow } from './advisories.ts';

export const UNKNOWN_ADVISORIES: readonly AdvisoryRow[] = [
  {
    id: 'redoubt:unknown-parameter',
    when: ({ parameters }) => unknownParameters(parameters).length > 0,
    message: ({ parameters }) =>
      `\`parameters\` has ${unknownParameters(parameters).map(described).join(' and ')}, which the documentation of ElastiCache does not name: the deployment fails if there is none.`,
  },
  {
    id: 'redoubt:unknown-node-type',
    when: ({ nodeType }) => unknownFamily(nodeType) !== undefined,
    message: ({ nodeType }) =>
      `\`nodeType\` is "${nodeType}", of a family that is not known here (${OFFERED_FAMILIES.join(', ')} are): the deployment fails if there is none.`,
  },
];

function unknownParameters(parameters: ElastiCacheTopology['parameters']): string[] {
  if (Token.isUnresolved(parameters)) return [];
  return Object.keys(parameters).filter((name) => !Token.isUnresolved(name) && tryParameter(name) === undefined);
}

function described(name: string): string {
  const closest = closestTo(name, Object.keys(PARAMETERS));
  return closest === undefined ? `"${name}"` : `"${name}" (did you mean "${closest}"?)`;
}

function unknownFamily(nodeType: string): string | undefined {
  const family = Token.isUnresolved(nodeType) ? undefined : tryNodeType(nodeType)?.family;
  return family === undefined || Object.hasOwn(NODE_SIZES, family) ? undefined : family;
}
