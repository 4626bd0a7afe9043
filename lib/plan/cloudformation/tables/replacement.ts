/** The row of a property of a replication group that can only be given when the group is created. */
import type { Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

export const SIDE_BY_SIDE =
  'Create a second replication group beside this one, restored from a snapshot of it, move the clients over, and delete this one last.';

/** Create-only properties: CloudFormation makes a new, empty replication group and deletes the old one. */
export function replaces(property: string, code: string, what: string, alternative = SIDE_BY_SIDE): Row {
  return {
    property,
    effect: 'data-loss',
    replaces: true,
    code,
    message: `${what}, so CloudFormation creates a new, empty replication group and deletes this one: all data is lost, and the endpoint changes.`,
    alternative,
    source: SOURCES.replicationGroup,
  };
}
