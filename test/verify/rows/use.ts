/** What an application does there: client mode, versions, scripts, commands over two slots, reads from replicas. */

import {
  at,
  clusterScene,
  enterpriseScene,
  infoOf,
  nodeAt,
  type Row,
  rowsOf,
  type Scene,
  servers,
  silence,
  slotsOf,
  TIMED_OUT,
  unreached,
} from './row.ts';

const NOT_ALLOWED = "NOPERM this user has no permissions to run the 'eval' command";
const NOT_ITS_KEYS = 'NOPERM this user has no permissions to access one of the keys used as arguments';

const clientMode = rowsOf('client-mode');
const onEnterprise = rowsOf('client-mode', enterpriseScene);
const engineVersion = rowsOf('engine-version', () => {
  const scene = clusterScene();
  scene.profile.expected.engineVersion = '7.0';
  return scene;
});
const replicaReads = rowsOf('replica-reads', () => {
  const scene = clusterScene();
  scene.profile.replicaReads = 'random';
  for (const index of [3, 4, 5]) nodeAt(scene, index).replicaRead = { kind: 'value', value: '0' };
  return scene;
});
const lua = rowsOf('hash-tagged-lua');
const luaOnEnterprise = rowsOf('hash-tagged-lua', enterpriseScene);
const crossSlot = rowsOf('cross-slot');
const crossSlotOnEnterprise = rowsOf('cross-slot', enterpriseScene);

const single = ({ profile }: Scene) => {
  profile.clientMode = 'single';
};
/** A database of Azure's OSS policy with one shard: single-key commands find everything. */
const oneShard = ({ observation, profile }: Scene, moved: number) => {
  profile.expected.shardCount = 1;
  const owner = at(slotsOf(observation.endpoint), 0);
  observation.endpoint.clusterSlots = { kind: 'value', value: [{ ...owner, slots: [0, 16_383] }] };
  observation.routing = { asked: 1, answered: 1, moved: 0, otherErrors: [] };
  observation.freshConnections = { connections: 16, answered: 16 - moved, moved };
};
const outcome =
  (command: string, outcome: 'crossed' | 'refused' | 'not-allowed' | 'other', reply: string) =>
  ({ observation }: Scene) => {
    const probe = observation.crossSlot.find((candidate) => candidate.command === command);
    Object.assign(probe ?? {}, { outcome, reply });
  };

export const USE_ROWS: readonly Row[] = [
  clientMode('a cluster client on a cluster passes', 'pass', 'OK', undefined, 'CLUSTER SLOTS lists 3 shards'),
  clientMode('a cluster client on a cluster of one shard passes', 'pass', 'OK', (scene) => oneShard(scene, 0)),
  clientMode(
    'a single client on a sharded cluster fails and says what to set',
    'fail',
    'CLIENT_MODE_SINGLE_ON_CLUSTER',
    single,
    'REDIS_CLUSTER_MODE=true',
  ),
  clientMode(
    'a single client on a sharded cluster is told its symptom',
    'fail',
    'CLIENT_MODE_SINGLE_ON_CLUSTER',
    single,
    'although their keys carry hash tags (the application answers HTTP 500)',
  ),
  clientMode(
    'a single client on one shard fails although every key was found',
    'fail',
    'CLIENT_MODE_SINGLE_ON_CLUSTER',
    (scene) => {
      single(scene);
      oneShard(scene, 9);
    },
    'MOVED on 9 of 16 fresh connections',
  ),
  clientMode(
    'a single client on one shard fails even if no connection met MOVED',
    'fail',
    'CLIENT_MODE_SINGLE_ON_CLUSTER',
    (scene) => {
      single(scene);
      oneShard(scene, 0);
    },
    'single-key commands work and hide the mistake',
  ),
  clientMode(
    'MOVED alone proves a cluster, whatever INFO and CLUSTER SLOTS say',
    'fail',
    'CLIENT_MODE_SINGLE_ON_CLUSTER',
    (scene) => {
      single(scene);
      scene.observation.endpoint.clusterSlots = { kind: 'error', message: "ERR unknown command 'CLUSTER'" };
      infoOf(scene.observation.endpoint).cluster_enabled = '0';
    },
  ),
  clientMode(
    'cluster_enabled alone proves a cluster before it has slots',
    'fail',
    'CLIENT_MODE_SINGLE_ON_CLUSTER',
    (scene) => {
      single(scene);
      scene.observation.endpoint.clusterSlots = { kind: 'value', value: [] };
      scene.observation.routing = {
        asked: 32,
        answered: 0,
        moved: 0,
        otherErrors: ['CLUSTERDOWN Hash slot not served'],
      };
    },
  ),
  clientMode('a single client passes where every key of many shards is routed', 'pass', 'OK', (scene) => {
    single(scene);
    scene.observation.routing = { asked: 3, answered: 3, moved: 0, otherErrors: [] };
  }),
  clientMode(
    'a cluster client that may not ask for the topology fails',
    'fail',
    'CLIENT_MODE_TOPOLOGY_REFUSED',
    ({ observation }) => {
      observation.endpoint.clusterSlots = {
        kind: 'error',
        message: "NOPERM this user has no permissions to run the 'cluster|slots' command",
      };
    },
    '+cluster|slots',
  ),
  onEnterprise('a single client on a single endpoint passes', 'pass', 'OK', undefined, 'cluster_enabled:0'),
  onEnterprise(
    'a single client on Valkey, which says server_mode, passes',
    'pass',
    'OK',
    ({ observation }) => {
      observation.endpoint.info = { kind: 'value', value: { server_mode: 'standalone', cluster_enabled: '0' } };
    },
    'server_mode:standalone',
  ),
  onEnterprise(
    'a cluster client on a single endpoint fails and says what to set',
    'fail',
    'CLIENT_MODE_CLUSTER_ON_SINGLE',
    ({ profile }) => {
      profile.clientMode = 'cluster';
    },
    'REDIS_CLUSTER_MODE=false',
  ),
  onEnterprise(
    'a cluster client on a single endpoint is shown the server’s words',
    'fail',
    'CLIENT_MODE_CLUSTER_ON_SINGLE',
    ({ profile }) => {
      profile.clientMode = 'cluster';
    },
    "ERR command is not allowed: 'cluster'",
  ),
  onEnterprise(
    'an endpoint that routed no key is not called single, and what the user may not ask is named',
    'unknown',
    'CLIENT_MODE_UNDETERMINED',
    ({ observation }) => {
      const refusal = "NOPERM this user has no permissions to run the 'exists' command";
      observation.routing = { asked: 32, answered: 0, moved: 0, otherErrors: [refusal] };
    },
    'add `+exists`',
  ),
  clientMode('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  engineVersion('the pinned version passes with any patch level', 'pass', 'OK', undefined, '7.0.15'),
  engineVersion(
    'one node with another version fails and is named',
    'fail',
    'ENGINE_VERSION_WRONG',
    (scene) => {
      infoOf(nodeAt(scene, 4)).redis_version = '7.2.4';
    },
    'node-5.shop.cache.test:6379 runs 7.2.4',
  ),
  engineVersion('7.05 is not 7.0', 'fail', 'ENGINE_VERSION_WRONG', (scene) => {
    infoOf(nodeAt(scene, 4)).redis_version = '7.05.1';
  }),
  engineVersion('Valkey’s own version counts, not the Redis it is compatible with', 'pass', 'OK', (scene) => {
    scene.profile.expected.engineVersion = '8.0';
    for (const node of servers(scene)) Object.assign(infoOf(node), { redis_version: '7.2.4', valkey_version: '8.0.1' });
  }),
  engineVersion('a node that does not tell is unknown', 'unknown', 'ENGINE_VERSION_NOT_TOLD', (scene) =>
    silence(nodeAt(scene, 4), TIMED_OUT),
  ),
  engineVersion('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  replicaReads('replicas that serve reads pass', 'pass', 'OK'),
  replicaReads(
    'a replica that answers MOVED fails',
    'fail',
    'REPLICA_READ_REFUSED',
    (scene) => {
      nodeAt(scene, 4).replicaRead = { kind: 'error', message: 'MOVED 8191 10.0.0.2:6379' };
    },
    'READONLY',
  ),
  replicaReads(
    'a replica that the user may not ask is unknown, with the word that is lacking',
    'unknown',
    'REPLICA_READ_NOT_ALLOWED',
    (scene) => {
      const message = "NOPERM this user has no permissions to run the 'exists' command";
      nodeAt(scene, 4).replicaRead = { kind: 'error', message };
    },
    'add `+exists`',
  ),
  replicaReads('a replica that could not be asked is unknown', 'unknown', 'REPLICA_READ_NOT_TRIED', (scene) => {
    nodeAt(scene, 4).replicaRead = { kind: 'silence', reason: 'Nothing came back for 5000 ms.' };
  }),
  replicaReads('no replica to ask is unknown', 'unknown', 'REPLICA_READ_NOT_TRIED', ({ observation }) => {
    for (const node of observation.nodes) delete node.replicaRead;
  }),
  replicaReads('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  lua('a script that works on every primary passes', 'pass', 'OK', undefined, 'on 3 primaries'),
  luaOnEnterprise(
    'a script that works all over the slots passes',
    'pass',
    'OK',
    undefined,
    'spread over the whole range',
  ),
  lua(
    'a script that fails on one shard fails, with the server’s words',
    'fail',
    'LUA_FAILED',
    ({ observation }) => {
      at(observation.lua, 0).answer = { kind: 'error', message: NOT_ALLOWED };
      at(observation.lua, 1).answer = { kind: 'error', message: 'MOVED 5 10.0.0.1:6379' };
    },
    'MOVED',
  ),
  lua(
    'a script that the user may not run is unknown, with the word that is lacking',
    'unknown',
    'LUA_NOT_ALLOWED',
    ({ observation }) => {
      at(observation.lua, 1).answer = { kind: 'error', message: NOT_ALLOWED };
    },
    'add `+eval`',
  ),
  lua(
    'a script on keys that the user may not touch is unknown, and says that it is the keys',
    'unknown',
    'LUA_NOT_ALLOWED',
    ({ observation }) => {
      at(observation.lua, 1).answer = { kind: 'error', message: NOT_ITS_KEYS };
    },
    '`keyPrefix`',
  ),
  lua(
    'a command in a script that the user may not run is unknown, in the words of a server before 7.0 too',
    'unknown',
    'LUA_NOT_ALLOWED',
    ({ observation }) => {
      at(observation.lua, 1).answer = {
        kind: 'error',
        message: "ERR The user executing the script can't run this command or subcommand",
      };
    },
  ),
  lua('a script that was not answered is unknown', 'unknown', 'LUA_NOT_TRIED', ({ observation }) => {
    at(observation.lua, 1).answer = { kind: 'silence', reason: 'No reply came for 5000 ms.' };
  }),
  lua('no primary to ask is unknown', 'unknown', 'LUA_NOT_TRIED', ({ observation }) => {
    observation.lua = [];
  }),
  lua('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),

  crossSlot('a cluster that refuses them all passes', 'pass', 'OK'),
  crossSlot(
    'one that works where none may fails and is named',
    'fail',
    'CROSS_SLOT_ALLOWED',
    outcome('mget', 'crossed', '[null,null]'),
    'mget',
  ),
  crossSlot(
    'an error that says neither is unknown',
    'unknown',
    'CROSS_SLOT_UNCLEAR',
    outcome('pfcount', 'other', 'ERR no pfcount'),
    'ERR no pfcount',
  ),
  crossSlot(
    'those that the user may not run are told, and the others are judged',
    'pass',
    'OK',
    outcome('del', 'not-allowed', NOT_ALLOWED),
    'this user may not run del',
  ),
  crossSlot(
    'nothing that the user may run is unknown',
    'unknown',
    'CROSS_SLOT_NOT_ALLOWED',
    ({ observation }) => {
      observation.crossSlot = observation.crossSlot.map(({ command }) => ({
        command,
        outcome: 'not-allowed',
        reply: NOT_ITS_KEYS,
      }));
    },
    '`keyPrefix`',
  ),
  crossSlot('nothing tried is unknown', 'unknown', 'CROSS_SLOT_UNCLEAR', ({ observation }) => {
    observation.crossSlot = [];
  }),
  crossSlot('nothing is known of an endpoint that was not reached', 'unknown', 'NOT_OBSERVED', unreached),
  crossSlotOnEnterprise('exactly the declared ones working passes', 'pass', 'OK'),
  crossSlotOnEnterprise(
    'a declared one that is refused fails',
    'fail',
    'CROSS_SLOT_REFUSED',
    outcome('del', 'refused', 'CROSSSLOT'),
    'del',
  ),
  crossSlotOnEnterprise(
    'an undeclared one that works fails',
    'fail',
    'CROSS_SLOT_ALLOWED',
    outcome('sunion', 'crossed', '[]'),
    'sunion',
  ),
  crossSlotOnEnterprise('where all may cross, one refused fails', 'fail', 'CROSS_SLOT_REFUSED', ({ profile }) => {
    profile.crossSlotCommands = 'all';
  }),
  crossSlotOnEnterprise('where all may cross, all working passes', 'pass', 'OK', ({ profile, observation }) => {
    profile.crossSlotCommands = 'all';
    for (const probe of observation.crossSlot) probe.outcome = 'crossed';
  }),
];
