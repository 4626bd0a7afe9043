/** What runs: engine, version, node type, data tiering, durability. */
import { type FieldCheck, field, ofEveryNode, onOff } from '../field.ts';
import { infoOf } from '../servers.ts';

const REPLACES =
  'It cannot be changed in place without an upgrade path; correct the topology, or plan the change (`redoubt plan`).';

export const ENGINE_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'engine',
    subject: 'The engine',
    declared: ({ engine }) => engine,
    source: 'Engine of DescribeReplicationGroups',
    api: (description) => description.group.Engine ?? ofEveryNode(description, ({ Engine }) => Engine),
    // Valkey says who it is; Redis OSS does not, but has a version without a `valkey_version` beside it.
    servers: (observation) =>
      infoOf(observation, ({ server_name, valkey_version, redis_version }) =>
        redis_version === undefined
          ? undefined
          : server_name === 'valkey' || valkey_version !== undefined
            ? 'valkey'
            : 'redis',
      ),
    advice: REPLACES,
  }),
  field({
    name: 'engine-version',
    subject: 'The engine version',
    declared: ({ engineVersion }) => engineVersion,
    source: 'EngineVersion of DescribeCacheClusters',
    api: (description) => ofEveryNode(description, ({ EngineVersion }) => EngineVersion),
    servers: (observation) =>
      infoOf(observation, ({ valkey_version, redis_version }) => valkey_version ?? redis_version),
    // Declared without a patch level, which the service chooses and does not upgrade on all nodes at once.
    agrees: (found, declared) => found.split(' and ').every((version) => `${version}.`.startsWith(`${declared}.`)),
    advice: 'Somebody or a minor version campaign upgraded it: declare what runs, because the service cannot go back.',
  }),
  field({
    name: 'node-type',
    subject: 'The node type',
    declared: ({ nodeType }) => nodeType,
    source: 'CacheNodeType of DescribeReplicationGroups',
    api: (description) =>
      description.group.CacheNodeType ?? ofEveryNode(description, ({ CacheNodeType }) => CacheNodeType),
    advice: 'Declare the type that runs, or deploy again to scale back.',
  }),
  field({
    name: 'data-tiering',
    subject: 'Data tiering',
    declared: ({ dataTiering }) => (dataTiering ? 'enabled' : 'disabled'),
    source: 'DataTiering of DescribeReplicationGroups',
    api: ({ group }) => group.DataTiering,
    advice: 'It is set at creation only; correct the topology.',
  }),
  field({
    name: 'durability',
    subject: 'Durability',
    declared: ({ durability }) => (durability === 'default' ? undefined : durability),
    source: 'EffectiveDurability of DescribeReplicationGroups',
    api: ({ group }) => group.EffectiveDurability ?? group.Durability,
    advice: 'Acknowledged writes may be lost that were promised to be kept; set it at creation.',
  }),
  field({
    name: 'auto-minor-version-upgrade',
    subject: 'Automatic minor version upgrade',
    declared: ({ autoMinorVersionUpgrade }) => onOff(autoMinorVersionUpgrade),
    source: 'AutoMinorVersionUpgrade of DescribeReplicationGroups',
    api: (description) =>
      onOff(description.group.AutoMinorVersionUpgrade) ??
      ofEveryNode(description, ({ AutoMinorVersionUpgrade }) => onOff(AutoMinorVersionUpgrade)),
    advice: 'Deploy again, or declare what is wanted.',
  }),
];
