import { all, declared, drifts, group, type Row, rowsOf, untold } from './row.ts';

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
    drifts(
      'users were attached where a token is declared',
      declared({ authentication: { kind: 'auth-token' } }),
      /an AUTH token is declared, the API says users of a user group/,
    ),
    drifts(
      'users were attached where nothing is declared',
      declared({ authentication: { kind: 'none' } }),
      /none is declared, the API says users of a user group/,
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
