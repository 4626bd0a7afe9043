import type { User } from '../../../../lib/control/elasticache/description.ts';
import { all, type Damage, declared, drifts, group, passes, type Row, rowsOf, untold } from './row.ts';

export const SECURITY_ROWS: readonly Row[] = [
  ...rowsOf(
    'transit-encryption',
    drifts('it is off', group({ TransitEncryptionEnabled: false }), /on is declared, the API says off/),
    untold(group({ TransitEncryptionEnabled: undefined })),
  ),
  ...rowsOf(
    'transit-encryption-mode',
    drifts(
      'clients without TLS are let in',
      group({ TransitEncryptionMode: 'preferred' }),
      /required is declared, the API says preferred/,
    ),
    drifts(
      'a server answers without TLS',
      ({ observation }) => Object.assign(observation, { plaintext: { outcome: 'answered', detail: '+PONG' } }),
      /the API says required, the servers say preferred/,
    ),
    untold(group({ TransitEncryptionMode: undefined })),
  ),
  ...rowsOf(
    'at-rest-encryption',
    drifts('it is off', group({ AtRestEncryptionEnabled: false }), /on is declared, the API says off/),
    untold(group({ AtRestEncryptionEnabled: undefined })),
  ),
  ...rowsOf(
    'encryption-key',
    drifts(
      "it is the service's",
      group({ KmsKeyId: undefined, StorageEncryptionType: 'sse-elasticache' }),
      /a KMS key of the account is declared, the API says sse-elasticache/,
    ),
    drifts('there is none', group({ KmsKeyId: undefined, AtRestEncryptionEnabled: false }), /nothing is encrypted/),
    untold(group({ KmsKeyId: undefined })),
  ),
  ...rowsOf(
    'authentication',
    drifts(
      'it is a token instead of users',
      group({ UserGroupIds: [], AuthTokenEnabled: true }),
      /users of a user group is declared, the API says an AUTH token/,
    ),
    drifts('nobody has to sign in', group({ UserGroupIds: [] }), /the API says none/),
    drifts(
      'a server answers strangers',
      ({ observation: { withoutCredential } }) =>
        Object.assign(withoutCredential.commands[0] ?? {}, { answer: { kind: 'value', value: 'PONG' } }),
      /the API says users of a user group, the servers say none/,
    ),
    untold(all(group({ UserGroupIds: undefined }), group({ AuthTokenEnabled: undefined }))),
  ),
];

const user =
  (index: number, change: Partial<User>): Damage =>
  ({ description }) =>
    void Object.assign(description.users[index] ?? {}, change);
const withoutUsers: Damage = ({ description }) => void Object.assign(description, { users: undefined });

export const USER_ROWS: readonly Row[] = [
  ...rowsOf(
    'application-user',
    drifts(
      'it was taken out of the user group',
      ({ description }) => description.users.shift(),
      /"application" with password is declared, the group's users by the API are "default"/,
    ),
    drifts(
      'it signs in otherwise',
      user(0, { Authentication: { Type: 'iam' } }),
      /password is declared, .* says iam and on/,
    ),
    drifts('it is off', user(0, { AccessString: 'off ~* +@all' }), /the API says password and off/),
    passes(
      'it signs in with IAM, as declared',
      all(
        declared({ authentication: { kind: 'rbac', userName: 'application', credential: 'iam' } }),
        user(0, { Authentication: { Type: 'iam' } }),
      ),
      /with iam is declared, the API says iam and on/,
    ),
    untold(withoutUsers),
    untold(user(0, { Authentication: undefined })),
    untold(user(0, { AccessString: undefined })),
  ),
  ...rowsOf(
    'default-user',
    drifts(
      'it is on',
      user(1, { AccessString: 'on ~* +@all' }),
      /off is declared, the API says on \("on ~\* \+@all"\)/,
    ),
    passes('there is none', ({ description }) => description.users.pop(), /the group has none/),
    untold(withoutUsers),
    untold(user(1, { AccessString: undefined })),
  ),
];
