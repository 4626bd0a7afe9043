/**
 * `AWS::KMS::Key` and `AWS::SecretsManager::Secret`, where an ElastiCache resource or a secret of one refers to them: a key
 * that goes takes the data with it, a secret that is made anew locks the clients out.
 */
import { isTrue } from '../../json.ts';
import { inPlace, type Row } from '../../row.ts';
import { SOURCES } from '../sources.ts';

function fixed(property: string, code: string): Row {
  return {
    property,
    effect: 'refused',
    code,
    message: `${property} of an existing key cannot be changed; the update ends in an error.`,
    alternative: 'Create a second key, and know that a cache cannot change to it without being replaced.',
    source: SOURCES.key,
  };
}

export const KEY_ROWS: readonly Row[] = [
  inPlace('BypassPolicyLockoutSafetyCheck', 'KK_LOCKOUT_CHECK', 'The check of the key policy changes.', SOURCES.key),
  inPlace('Description', 'KK_DESCRIPTION', 'The description changes in place.', SOURCES.key),
  inPlace(
    'EnableKeyRotation',
    'KK_ROTATION',
    'Whether new key material is made every year changes in place.',
    SOURCES.key,
  ),
  {
    property: 'Enabled',
    when: ({ after }) => after !== undefined && !isTrue(after),
    effect: 'unknown',
    code: 'KK_DISABLED_UNKNOWN',
    message:
      'The key is disabled: a cache that is encrypted with it can become unreachable, and its snapshots unreadable.',
    alternative: 'Keep the key enabled as long as a cache or a snapshot needs it.',
    source: SOURCES.key,
  },
  inPlace('Enabled', 'KK_ENABLED', 'The key is enabled.', SOURCES.key),
  {
    property: 'KeyPolicy',
    effect: 'interruption',
    code: 'KK_POLICY_CHANGES',
    message: 'Who may use the key changes: when ElastiCache loses it, new nodes and snapshots fail.',
    source: SOURCES.key,
  },
  fixed('KeySpec', 'KK_SPEC_REFUSED'),
  fixed('KeyUsage', 'KK_USAGE_REFUSED'),
  fixed('MultiRegion', 'KK_MULTI_REGION_REFUSED'),
  fixed('Origin', 'KK_ORIGIN_REFUSED'),
  inPlace('PendingWindowInDays', 'KK_PENDING_WINDOW', 'The waiting time before a deletion changes.', SOURCES.key),
  inPlace('RotationPeriodInDays', 'KK_ROTATION_PERIOD', 'How often new key material is made changes.', SOURCES.key),
  inPlace('Tags', 'KK_TAGS', 'Tags change in place.', SOURCES.key),
];

/** Dynamic references are resolved when the cache is updated, and not when the secret changes. */
const OUT_OF_STEP =
  'A new value is written into the secret, but the cache keeps the old one until its own properties change: clients that read the secret anew are refused.';

export const SECRET_ROWS: readonly Row[] = [
  inPlace('Description', 'KS_DESCRIPTION', 'The description changes in place.', SOURCES.secret),
  {
    property: 'GenerateSecretString',
    effect: 'interruption',
    code: 'KS_GENERATED_ANEW',
    message: OUT_OF_STEP,
    alternative: 'Leave GenerateSecretString as it is, and change the value by rotation.',
    source: SOURCES.dynamicReferences,
  },
  inPlace('KmsKeyId', 'KS_KMS_KEY', 'Later versions of the secret are encrypted with the new key.', SOURCES.secret),
  {
    property: 'Name',
    effect: 'interruption',
    replaces: true,
    code: 'KS_NAME_REPLACES',
    message: 'The secret is replaced by one with a new value: clients that read the old one lose access.',
    alternative: 'Keep the name.',
    source: SOURCES.secret,
  },
  inPlace('ReplicaRegions', 'KS_REPLICAS', 'The regions that hold a copy change in place.', SOURCES.secret),
  {
    property: 'SecretString',
    effect: 'interruption',
    code: 'KS_VALUE_CHANGES',
    message: OUT_OF_STEP,
    alternative: 'Change the value by rotation, which changes the cache first.',
    source: SOURCES.dynamicReferences,
  },
  inPlace('Tags', 'KS_TAGS', 'Tags change in place.', SOURCES.secret),
  inPlace('Type', 'KS_TYPE', 'The type of the secret changes in place.', SOURCES.secret),
];
