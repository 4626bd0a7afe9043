/** What runs: engine, version, node type, data tiering, durability. */
import { onOff } from '../../field.ts';
import { type FieldCheck, field, ofEveryNode } from '../field.ts';
import { engineOf, engineVersionOf, isOfVersion } from '../servers.ts';

const REPLACES =
  'It cannot be changed in place without an upgrade path; correct the topology, or plan the change (`redoubt plan`).';

export const ENGINE_FIELDS: readonly FieldCheck[] = [
  field({
    name: 'engine',
    subject: 'The engine',
    declared: ({ topology: { engine } }) => engine,
    source: 'Engine of DescribeReplicationGroups',
    api: (description) => description.group.Engine ?? ofEveryNode(description, ({ Engine }) => Engine),
    servers: engineOf,
    advice: REPLACES,
  }),
  field({
    name: 'engine-version',
    subject: 'The engine version',
    declared: ({ topology: { engineVersion } }) => engineVersion,
    source: 'EngineVersion of DescribeCacheClusters',
    api: (description) => ofEveryNode(description, ({ EngineVersion }) => EngineVersion),
    servers: engineVersionOf,
    // Declared without a patch level, which the service chooses and does not upgrade on all nodes at once.
    agrees: isOfVersion,
    advice: 'Somebody or a minor version campaign upgraded it: declare what runs, because the service cannot go back.',
  }),
  field({
    name: 'node-type',
    subject: 'The node type',
    declared: ({ topology: { nodeType } }) => nodeType,
    source: 'CacheNodeType of DescribeReplicationGroups',
    api: (description) =>
      description.group.CacheNodeType ?? ofEveryNode(description, ({ CacheNodeType }) => CacheNodeType),
    advice: 'Declare the type that runs, or deploy again to scale back.',
  }),
  field({
    name: 'data-tiering',
    subject: 'Data tiering',
    declared: ({ topology: { dataTiering } }) => (dataTiering ? 'enabled' : 'disabled'),
    source: 'DataTiering of DescribeReplicationGroups',
    api: ({ group }) => group.DataTiering,
    advice: 'It is set at creation only; correct the topology.',
  }),
  field({
    name: 'durability',
    subject: 'Durability',
    declared: ({ topology: { durability } }) => (durability === 'default' ? undefined : durability),
    source: 'EffectiveDurability of DescribeReplicationGroups',
    api: ({ group }) => group.EffectiveDurability ?? group.Durability,
    advice: 'Acknowledged writes may be lost that were promised to be kept; set it at creation.',
  }),
  field({
    name: 'auto-minor-version-upgrade',
    subject: 'Automatic minor version upgrade',
    declared: ({ topology: { autoMinorVersionUpgrade } }) => onOff(autoMinorVersionUpgrade),
    source: 'AutoMinorVersionUpgrade of DescribeReplicationGroups',
    api: (description) =>
      onOff(description.group.AutoMinorVersionUpgrade) ??
      ofEveryNode(description, ({ AutoMinorVersionUpgrade }) => onOff(AutoMinorVersionUpgrade)),
    advice: 'Deploy again, or declare what is wanted.',
  }),
];
