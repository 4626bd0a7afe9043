/** Access policy assignments and private endpoints: no data, but without them nobody gets in. */
import { inPlace, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

function reassigns(property: string, code: string): Row {
  return {
    property,
    effect: 'interruption',
    replaces: true,
    code,
    message: `${property} belongs to the assignment: it is replaced, and the identity it let in is refused in between, or for good.`,
    alternative: 'Add a second assignment, move the clients, then remove this one.',
    source: SOURCES.assignment,
  };
}

export const ASSIGNMENT_ROWS: readonly Row[] = [
  reassigns('accessPolicyAssignmentName', 'AA_NAME_REPLACES'),
  reassigns('accessPolicyName', 'AA_POLICY_REPLACES'),
  {
    property: 'accessString',
    effect: 'interruption',
    code: 'AA_ACCESS_CHANGES',
    message: 'What the identity may do changes: commands that are no longer allowed fail.',
    source: SOURCES.assignment,
  },
  reassigns('clusterName', 'AA_CLUSTER_REPLACES'),
  reassigns('databaseName', 'AA_DATABASE_REPLACES'),
  reassigns('resourceGroupName', 'AA_RESOURCE_GROUP_REPLACES'),
  reassigns('user', 'AA_USER_REPLACES'),
];

export const CONNECTION_ROWS: readonly Row[] = [
  ...['clusterName', 'privateEndpointConnectionName', 'resourceGroupName'].map(
    (property): Row => ({
      property,
      effect: 'interruption',
      replaces: true,
      code: `AE_${property.replace(/[A-Z]/g, '_$&').toUpperCase()}_REPLACES`,
      message: `${property} belongs to the connection: it is replaced, and clients behind it are cut off in between.`,
      source: SOURCES.privateEndpoint,
    }),
  ),
  {
    property: 'privateLinkServiceConnectionState',
    effect: 'interruption',
    code: 'AE_STATE_CHANGES',
    message: 'Whether the private endpoint is approved changes: clients behind one that is rejected are cut off.',
    source: SOURCES.privateEndpoint,
  },
  inPlace(
    'privateEndpoint',
    'AE_ENDPOINT',
    'This is what the service reports; writing it changes nothing.',
    SOURCES.privateEndpoint,
  ),
];
