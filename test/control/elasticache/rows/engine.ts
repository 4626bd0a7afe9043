import {
  all,
  declared,
  drifts,
  everyInfo,
  everyNode,
  firstNode,
  group,
  passes,
  type Row,
  rowsOf,
  untold,
} from './row.ts';

export const ENGINE_ROWS: readonly Row[] = [
  ...rowsOf(
    'engine',
    drifts(
      'the API names another',
      group({ Engine: 'valkey' }),
      /redis is declared, the API says valkey, .* say redis/,
    ),
    drifts(
      'the servers are another',
      everyInfo({ server_name: 'valkey' }),
      /the API says redis, the servers say valkey/,
    ),
    untold(all(group({ Engine: undefined }), everyNode({ Engine: undefined })), /does not say \(Engine of/),
    passes('the group does not say and the nodes do', group({ Engine: undefined }), /the API says redis/),
  ),
  ...rowsOf(
    'engine-version',
    drifts(
      'one node is newer',
      firstNode({ EngineVersion: '7.1.0' }),
      /7\.0 is declared, the API says 7\.0\.7 and 7\.1\.0/,
    ),
    drifts('the servers are older', everyInfo({ redis_version: '6.2.6' }), /the servers say 6\.2\.6/),
    drifts('it only begins alike', everyNode({ EngineVersion: '7.01.1' }), /the API says 7\.01\.1/),
    untold(firstNode({ EngineVersion: undefined })),
  ),
  ...rowsOf(
    'node-type',
    drifts(
      'it was scaled by hand',
      group({ CacheNodeType: 'cache.m7g.large' }),
      /r7g\.large is declared, .* cache\.m7g\.large/,
    ),
    untold(all(group({ CacheNodeType: undefined }), everyNode({ CacheNodeType: undefined }))),
  ),
  ...rowsOf(
    'data-tiering',
    drifts('data goes to SSD', group({ DataTiering: 'enabled' }), /disabled is declared, the API says enabled/),
    untold(group({ DataTiering: undefined })),
  ),
  ...rowsOf(
    'durability',
    drifts(
      'writes are not made durable',
      all(declared({ durability: 'sync' }), group({ EffectiveDurability: 'disabled' })),
      /sync is declared, the API says disabled/,
    ),
    passes(
      'they are',
      all(declared({ durability: 'async' }), group({ EffectiveDurability: 'async' })),
      /API says async/,
    ),
    untold(declared({ durability: 'sync' })),
  ),
  ...rowsOf(
    'auto-minor-version-upgrade',
    drifts('it is off', group({ AutoMinorVersionUpgrade: false }), /on is declared, the API says off/),
    untold(all(group({ AutoMinorVersionUpgrade: undefined }), everyNode({ AutoMinorVersionUpgrade: undefined }))),
  ),
];
