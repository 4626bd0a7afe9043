/** Who may reach and read it: TLS, sign-in, network, encryption at rest. */
import { failed, listed, passed, undecided } from '../../../verify/judging.ts';
import { onOff } from '../../field.ts';
import { type Comparison, type FieldCheck, field, inOrder, judged, switchText } from '../field.ts';
import { RIGHTS_FIELDS } from './rights.ts';

export const ACCESS_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'minimum-tls-version',
    subject: 'The minimum TLS version',
    declared: ({ topology }) => topology.minimumTlsVersion,
    source: 'minimumTlsVersion of the cluster',
    api: ({ cluster }) => cluster.properties?.minimumTlsVersion,
    advice: 'Only 1.2 can be used; set it.',
  }),
  field({
    name: 'access-keys',
    subject: 'Sign-in with access keys',
    declared: ({ topology: { authentication }, expected }) => {
      // A topology names one way to sign in; a database may have been given both.
      if (expected.accessKeys !== undefined) return onOff(expected.accessKeys);
      return authentication.kind === 'none' ? undefined : onOff(authentication.kind === 'access-key');
    },
    source: 'accessKeysAuthentication of the database',
    api: ({ database }) => switchText(database.properties?.accessKeysAuthentication),
    advice: 'Whoever has a key gets in, or nobody who has one does; switching it drops every connection.',
  }),
  judged('access-policy-assignments', judgeAssignments),
  ...RIGHTS_FIELDS,
  field({
    name: 'public-network-access',
    subject: 'Public network access',
    declared: ({ expected }) =>
      expected.publicNetworkAccess === undefined ? undefined : onOff(expected.publicNetworkAccess),
    source: 'publicNetworkAccess of the cluster',
    api: ({ cluster }) => switchText(cluster.properties?.publicNetworkAccess),
    advice: 'Somebody opened or closed it to the internet; put it back, or declare it.',
  }),
  judged('private-endpoints', judgePrivateEndpoints),
  field({
    name: 'customer-managed-key',
    subject: 'The key at rest',
    declared: ({ expected: { encryptionKeyUrl } }) =>
      encryptionKeyUrl === undefined ? undefined : (encryptionKeyUrl ?? MICROSOFT),
    source: 'encryption of the cluster',
    api: ({ cluster: { properties } }) =>
      properties === undefined
        ? undefined
        : (properties.encryption?.customerManagedKeyEncryption?.keyEncryptionKeyUrl ?? MICROSOFT),
    advice: 'Changing between keys of Microsoft and of your own is a long maintenance that interrupts the service.',
  }),
];

const MICROSOFT = 'the key of Microsoft';
/** The topology's object id where nobody gave one. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

function judgeAssignments({ topology: { authentication }, expected, description }: Comparison) {
  const { accessPolicyAssignments } = description;
  const own = authentication.kind === 'entra' && authentication.objectId !== NOBODY ? [authentication.objectId] : [];
  const wanted = (expected.users?.map(({ objectId }) => objectId) ?? own).map(inOneCase);
  if (wanted.length === 0 && expected.users === undefined) return undefined;
  const source = 'accessPolicyAssignments of the database';
  const withoutUser = accessPolicyAssignments.filter(({ properties }) => properties?.user?.objectId === undefined);
  if (withoutUser.length > 0)
    return undecided(
      'ACCESS_POLICY_ASSIGNMENTS_NOT_TOLD',
      `The API does not say whom ${listed(withoutUser.map(({ name }) => `${name}`))} is for (${source}).`,
    );
  const unfinished = accessPolicyAssignments.filter(
    ({ properties }) => properties?.provisioningState !== undefined && properties.provisioningState !== 'Succeeded',
  );
  if (unfinished.length > 0)
    return failed(
      'DRIFT_ACCESS_POLICY_ASSIGNMENTS',
      `Assignments should be in force, and ${listed(unfinished.map(({ name, properties }) => `${name} is ${properties?.provisioningState}`))}. Assign again what has failed.`,
    );
  const found = accessPolicyAssignments.map(({ properties }) => inOneCase(properties?.user?.objectId ?? ''));
  const missing = wanted.filter((id) => !found.includes(id));
  // Without the whole list anybody else may be somebody else's business.
  const strangers = expected.users === undefined ? [] : found.filter((id) => !wanted.includes(id));
  const message = `Who may sign in with Microsoft Entra: ${inOrder(wanted)} is declared, the API says ${inOrder(found)}.`;
  if (missing.length + strangers.length > 0)
    return failed(
      'DRIFT_ACCESS_POLICY_ASSIGNMENTS',
      `${message} Missing: ${inOrder(missing)}; not declared: ${inOrder(strangers)}.`,
    );
  return passed(message);
}

/** A GUID is the same in capitals. */
function inOneCase(objectId: string): string {
  return objectId.toLowerCase();
}

/** Closed to the public and without an approved endpoint, nothing can ever connect; one that waits for approval carries nothing. */
function judgePrivateEndpoints({ description: { cluster, privateEndpointConnections } }: Comparison) {
  const states = privateEndpointConnections.map(({ name, properties }) => ({
    name: name ?? 'without a name',
    status: properties?.privateLinkServiceConnectionState?.status,
  }));
  const untold = states.filter(({ status }) => status === undefined).map(({ name }) => name);
  const waiting = states.filter(({ status }) => status !== undefined && status !== 'Approved');
  if (waiting.length > 0)
    return failed(
      'PRIVATE_ENDPOINT_NOT_APPROVED',
      `Every private endpoint connection should be Approved, and ${listed(waiting.map(({ name, status }) => `${name} is ${status}`))}. Approve it on the cluster, or remove it.`,
    );
  if (untold.length > 0)
    return undecided(
      'PRIVATE_ENDPOINTS_NOT_TOLD',
      `The API does not say whether ${listed(untold)} is approved (privateEndpointConnections of the cluster).`,
    );
  const access = switchText(cluster.properties?.publicNetworkAccess);
  if (states.length === 0 && access === 'off')
    return failed(
      'UNREACHABLE',
      'Public network access is off and there is no private endpoint: nothing can connect. Add a private endpoint (group redisEnterprise, zone privatelink.redis.azure.net).',
    );
  return passed(
    states.length === 0
      ? `No private endpoint; public network access is ${access ?? 'not told'}.`
      : `Private endpoint connections, all approved: ${listed(states.map(({ name }) => name))}.`,
  );
}
