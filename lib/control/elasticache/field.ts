/** What the checks of a replication group compare. */
import type { GlobalRole } from '../../profile/profile.ts';
import type { ElastiCacheTopology } from '../../topology/elasticache.ts';
import type { Observation } from '../../verify/observation.ts';
import { type FieldCheck as CheckOf, fieldMakers } from '../field.ts';
import type { GroupDescription } from './description.ts';
import { inCommon } from './servers.ts';

export interface Comparison {
  readonly topology: ElastiCacheTopology;
  readonly description: GroupDescription;
  readonly observation?: Observation;
  /** Its place in a Global Datastore as the profile says it; absent for none. */
  readonly globalRole?: GlobalRole;
  /** Against which dates of service updates are held. */
  readonly now: Date;
}

export type FieldCheck = CheckOf<Comparison>;
export const { field, judged } = fieldMakers<Comparison>();

/** What every node says, as one text; undefined unless every node says something. */
export function ofEveryNode(
  { nodes }: Pick<GroupDescription, 'nodes'>,
  read: (node: GroupDescription['nodes'][number]) => string | undefined,
): string | undefined {
  const values = nodes.map(read);
  return values.includes(undefined) ? undefined : inCommon(values);
}
