import {
  cluster,
  clusterProperties,
  type Damage,
  database,
  declared,
  drifts,
  passes,
  type Row,
  rowsOf,
  untold,
} from './row.ts';

const noProperties: Damage = ({ description }) => Object.assign(description.database, { properties: undefined });

export const DATABASE_ROWS: readonly Row[] = [
  ...rowsOf(
    'high-availability',
    drifts('it is off', clusterProperties({ highAvailability: 'Disabled' }), /on is declared, the API says off/),
    untold(clusterProperties({ highAvailability: undefined })),
  ),
  ...rowsOf(
    'zones',
    drifts('there is another', cluster({ zones: ['1', '3'] }), /1, 2 is declared, the API says 1, 3/),
    untold(cluster({ zones: undefined })),
  ),
  ...rowsOf(
    'clustering-policy',
    drifts(
      'it is another',
      database({ clusteringPolicy: 'EnterpriseCluster' }),
      /OSSCluster is declared, the API says EnterpriseCluster/,
    ),
    untold(database({ clusteringPolicy: undefined })),
  ),
  ...rowsOf(
    'port',
    drifts('it is another', database({ port: 10_001 }), /10000 is declared, the API says 10001/),
    untold(database({ port: undefined })),
  ),
  ...rowsOf(
    'client-protocol',
    drifts(
      'it is in the clear',
      database({ clientProtocol: 'Plaintext' }),
      /Encrypted is declared, the API says Plaintext/,
    ),
    untold(database({ clientProtocol: undefined })),
  ),
  ...rowsOf(
    'eviction-policy',
    drifts(
      'it is another',
      database({ evictionPolicy: 'NoEviction' }),
      /VolatileLRU is declared, the API says NoEviction/,
    ),
    untold(database({ evictionPolicy: undefined })),
  ),
  ...rowsOf(
    'modules',
    drifts('there is none', database({ modules: undefined }), /RedisJSON is declared, the API says none/),
    drifts(
      'there are more',
      database({ modules: [{ name: 'RedisJSON' }, { name: 'RediSearch' }] }),
      /the API says RediSearch, RedisJSON/,
    ),
    untold(noProperties),
  ),
  ...rowsOf(
    'persistence',
    drifts(
      'every write is logged',
      database({ persistence: { aofEnabled: true, aofFrequency: '1s' } }),
      /none is declared, the API says aof every 1s/,
    ),
    drifts(
      'snapshots come more often',
      ({ topology, description }) => {
        Object.assign(topology, { persistence: { kind: 'rdb', frequency: '12h' } });
        Object.assign(description.database.properties ?? {}, { persistence: { rdbEnabled: true, rdbFrequency: '1h' } });
      },
      /rdb every 12h is declared, the API says rdb every 1h/,
    ),
    passes('it was never spoken of', database({ persistence: undefined }), /none is declared, the API says none/),
    untold(database({ persistence: { rdbEnabled: true } })),
  ),
  ...rowsOf(
    'defer-upgrade',
    drifts('they are', database({ deferUpgrade: 'Deferred' }), /off is declared, the API says on/),
    untold(database({ deferUpgrade: undefined })),
  ),
  ...rowsOf(
    'keyspace-events',
    drifts('there are fewer', database({ notifyKeyspaceEvents: 'Kx' }), /AEK is declared, the API says Kx/),
    drifts('there are none', database({ notifyKeyspaceEvents: '' }), /the API says none/),
    untold(database({ notifyKeyspaceEvents: undefined })),
  ),
  ...rowsOf(
    'maintenance-windows',
    drifts(
      'one is missing',
      clusterProperties({
        maintenanceConfiguration: {
          maintenanceWindows: [{ duration: 'PT10H', startHourUtc: 22, schedule: { dayOfWeek: 'Sunday' } }],
        },
      }),
      /Saturday 22:00 UTC PT8H, Sunday 22:00 UTC PT10H is declared, the API says Sunday 22:00 UTC PT10H\./,
    ),
    untold(clusterProperties({ maintenanceConfiguration: undefined })),
  ),
  ...rowsOf(
    'redis-version',
    drifts('the servers run another', database({ redisVersion: '7.4' }), /the API says 7\.4, the servers say 7\.0/),
    passes('it is told to the patch', database({ redisVersion: '7.0.15' }), /the API says 7\.0\.15/),
    untold(database({ redisVersion: undefined })),
  ),
  ...rowsOf(
    'geo-replication-group',
    drifts(
      'it is in another',
      database({ geoReplication: { groupNickname: 'others', linkedDatabases: [] } }),
      /shops is declared, the API says others/,
    ),
    drifts('it is in none', database({ geoReplication: undefined }), /the API says none/),
    drifts(
      'it is in one and none is declared',
      declared({ geoReplication: { kind: 'none' } }),
      /none is declared, the API says shops/,
    ),
    untold(noProperties),
  ),
  ...rowsOf(
    'geo-replication-members',
    drifts(
      'one left',
      database({ geoReplication: { linkedDatabases: [{ id: 'a' }] } }),
      /2 is declared, the API says 1/,
    ),
    untold(database({ geoReplication: { groupNickname: 'shops' } })),
  ),
  ...rowsOf(
    'geo-replication-links',
    drifts(
      'one failed',
      ({ description }) =>
        Object.assign(description.database.properties?.geoReplication?.linkedDatabases?.[1] ?? {}, {
          state: 'LinkFailed',
        }),
      /shop-us is LinkFailed/,
    ),
    untold(({ description }) => delete description.database.properties?.geoReplication?.linkedDatabases?.[0]?.state),
    untold(database({ geoReplication: undefined })),
  ),
];
