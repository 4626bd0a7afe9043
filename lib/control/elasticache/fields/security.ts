/** Who may read it: TLS, encryption at rest, sign-in. */
import type { ElastiCacheTopology } from '../../../topology/elasticache.ts';
import { failed, passed, undecided } from '../../../verify/judging.ts';
import type { CredentialProbe, Observation } from '../../../verify/observation.ts';
import { onOff } from '../../field.ts';
import type { GroupDescription } from '../description.ts';
import { type Comparison, type FieldCheck, field, judged } from '../field.ts';

export const SECURITY_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'transit-encryption',
    subject: 'TLS in transit',
    declared: () => 'on',
    source: 'TransitEncryptionEnabled of DescribeReplicationGroups',
    api: ({ group }) => onOff(group.TransitEncryptionEnabled),
    servers: ({ endpoint }) => (endpoint.connection.tlsVersion === undefined ? undefined : 'on'),
    advice:
      'Passwords and data cross the network in the clear; turn it on in two steps, `preferred` and then `required`.',
  }),
  field({
    name: 'transit-encryption-mode',
    subject: 'TLS mode',
    declared: ({ topology: { transitEncryption, engine, engineVersion } }) =>
      // There are no modes before version 7.
      engine === 'redis' && engineVersion.startsWith('6.') ? undefined : transitEncryption,
    source: 'TransitEncryptionMode of DescribeReplicationGroups',
    api: ({ group }) => group.TransitEncryptionMode,
    servers: ({ plaintext }) =>
      plaintext.outcome === 'answered' ? 'preferred' : plaintext.outcome === 'closed' ? 'required' : undefined,
    advice: 'With `preferred` clients without TLS are served; finish the migration, or declare it.',
  }),
  field({
    name: 'at-rest-encryption',
    subject: 'Encryption at rest',
    declared: () => 'on',
    source: 'AtRestEncryptionEnabled of DescribeReplicationGroups',
    api: ({ group }) => onOff(group.AtRestEncryptionEnabled),
    advice: 'It is set at creation only: restore a snapshot into a new, encrypted group.',
  }),
  judged('encryption-key', judgeKey),
  field({
    name: 'authentication',
    subject: 'Sign-in',
    declared: ({ topology: { authentication } }) => SIGN_IN[authentication.kind],
    source: 'UserGroupIds and AuthTokenEnabled of DescribeReplicationGroups',
    api: signInByApi,
    servers: signInByServers,
    // A server without any sign-in tells; one that refuses strangers does not tell by which kind.
    agrees: (found, declared) => found === declared || (found === REFUSED && declared !== SIGN_IN.none),
    advice: 'Somebody changed who may connect; put it back, or declare it.',
  }),
];

const SIGN_IN = {
  rbac: 'users of a user group',
  'auth-token': 'an AUTH token',
  none: 'none',
} as const satisfies Record<ElastiCacheTopology['authentication']['kind'], string>;

const REFUSED = 'that strangers are refused';

function signInByApi({ group: { UserGroupIds, AuthTokenEnabled } }: GroupDescription): string | undefined {
  if (UserGroupIds !== undefined && UserGroupIds.length > 0) return SIGN_IN.rbac;
  if (AuthTokenEnabled === undefined) return undefined;
  return AuthTokenEnabled ? SIGN_IN['auth-token'] : SIGN_IN.none;
}

function signInByServers({ withoutCredential }: Observation): string | undefined {
  if (withoutCredential.commands.some(({ answer }) => answer.kind === 'value')) return SIGN_IN.none;
  return isRefused(withoutCredential) ? REFUSED : undefined;
}

function isRefused({ commands }: CredentialProbe): boolean {
  return commands.length > 0 && commands.every(({ answer }) => answer.kind === 'error');
}

/** Every deployment of this project has a key of its own, because the service's key cannot be given to another account. */
function judgeKey({ description: { group } }: Comparison) {
  const source = 'KmsKeyId and StorageEncryptionType of DescribeReplicationGroups';
  const declared = 'The key at rest: a KMS key of the account is declared';
  if (group.KmsKeyId !== undefined && group.KmsKeyId !== '')
    return passed(`${declared}, the API says ${group.KmsKeyId}.`);
  const advice = 'It is set at creation only: restore a snapshot into a group with a key.';
  if (group.AtRestEncryptionEnabled === false)
    return failed('DRIFT_ENCRYPTION_KEY', `${declared}, the API says that nothing is encrypted at rest. ${advice}`);
  if (group.StorageEncryptionType !== undefined && group.StorageEncryptionType !== 'sse-kms')
    return failed('DRIFT_ENCRYPTION_KEY', `${declared}, the API says ${group.StorageEncryptionType}. ${advice}`);
  return undecided('ENCRYPTION_KEY_NOT_TOLD', `${declared}, the API does not say (${source}).`);
}
