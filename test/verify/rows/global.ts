/** A region of a Global Datastore without cluster mode: who copies whom, and that only one region takes writes. */
import { infoOf, type Row, readerOf, rowsOf, type Scene, secondaryScene, singleScene, unreached } from './row.ts';

const roles = rowsOf('endpoint-roles', secondaryScene);
const replicasPerShard = rowsOf('replicas-per-shard', secondaryScene);
const replicasInSync = rowsOf('replicas-in-sync', secondaryScene);
const writes = rowsOf('writes-refused', secondaryScene);
const lua = rowsOf('hash-tagged-lua', secondaryScene);
const ofPrimary = rowsOf('replicas-per-shard', () => {
  const scene = singleScene();
  scene.profile.expected.globalRole = 'primary';
  return scene;
});
const replicasCounted = (count: string) => (scene: Scene) => {
  infoOf(scene.observation.endpoint).connected_slaves = count;
};
const answered = (answer: { kind: 'error'; message: string } | { kind: 'value'; value: string }) => (scene: Scene) => {
  scene.observation.writes = [{ place: 'master.shop.cache.test:6379', answer }];
};

export const GLOBAL_ROWS: readonly Row[] = [
  roles(
    'the primary endpoint of a secondary region leads to who follows the other region',
    'pass',
    'OK',
    undefined,
    'the node that follows the primary region',
  ),
  roles(
    'a secondary region whose primary endpoint leads to a primary copies nobody',
    'fail',
    'SECONDARY_LEADS_TO_PRIMARY',
    ({ observation }) => {
      infoOf(observation.endpoint).role = 'master';
    },
    'correct `expected.globalRole`',
  ),
  roles(
    'the names of a secondary region that are swapped are found',
    'fail',
    'PRIMARY_ENDPOINT_LEADS_TO_REPLICA',
    (scene) => {
      const { endpoint } = scene.observation;
      [endpoint.info, readerOf(scene).info] = [readerOf(scene).info, endpoint.info];
    },
    'a replica of this region',
  ),
  roles(
    'a primary endpoint that leads to one of several replicas of a secondary region is found by whom it follows',
    'fail',
    'PRIMARY_ENDPOINT_LEADS_TO_REPLICA',
    (scene) => {
      const { master_host = '', master_port = '' } = infoOf(readerOf(scene));
      Object.assign(infoOf(scene.observation.endpoint), { master_host, master_port, connected_slaves: '0' });
    },
  ),
  roles(
    'a reader endpoint of a secondary region that leads to the server of the primary endpoint fails',
    'fail',
    'READER_ENDPOINT_LEADS_TO_PRIMARY',
    (scene) => {
      readerOf(scene).info = structuredClone(scene.observation.endpoint.info);
    },
    'the same server',
  ),
  roles(
    'servers of a secondary region that hide whom they follow are not taken for each other',
    'pass',
    'OK',
    (scene) => {
      for (const node of [scene.observation.endpoint, readerOf(scene)]) {
        delete infoOf(node).master_host;
        delete infoOf(node).run_id;
      }
    },
  ),
  roles('a secondary region without replicas passes', 'pass', 'OK', ({ observation, profile }) => {
    delete observation.reader;
    delete profile.readerEndpoint;
    profile.expected.replicasPerShard = 0;
  }),
  replicasPerShard('a secondary region counts the replicas behind the node that follows the other one', 'pass', 'OK'),
  replicasPerShard(
    'a secondary region without the replica that was promised fails',
    'fail',
    'REPLICAS_MISSING',
    replicasCounted('0'),
    'INFO of the node itself',
  ),
  replicasPerShard(
    'a secondary region with one replica too many fails',
    'fail',
    'REPLICAS_TOO_MANY',
    replicasCounted('2'),
  ),
  ofPrimary('the primary of a Global Datastore may count its own replicas only', 'pass', 'OK'),
  ofPrimary(
    'the primary of a Global Datastore may count two other regions as well, and that is said',
    'pass',
    'OK',
    replicasCounted('3'),
    'hide a replica of its own that is missing',
  ),
  ofPrimary('three links too many are no regions', 'fail', 'REPLICAS_TOO_MANY', replicasCounted('4')),
  ofPrimary(
    'the primary of a Global Datastore without its replica fails',
    'fail',
    'REPLICAS_MISSING',
    replicasCounted('0'),
  ),
  rowsOf('replicas-per-shard', singleScene)(
    'a link too many where no Global Datastore is declared is told what it may be',
    'fail',
    'REPLICAS_TOO_MANY',
    replicasCounted('2'),
    'say so with `expected.globalRole`',
  ),
  replicasInSync(
    'a secondary region follows the other one, and its replicas follow',
    'pass',
    'OK',
    undefined,
    'this region follows the primary one',
  ),
  replicasInSync(
    'a secondary region without a link to the other one fails',
    'fail',
    'REPLICA_NOT_IN_SYNC',
    ({ observation }) => {
      infoOf(observation.endpoint).master_link_status = 'down';
    },
    'has no link to its primary',
  ),
  replicasInSync(
    'a secondary region without replicas and without a link fails as well',
    'fail',
    'REPLICA_NOT_IN_SYNC',
    ({ observation, profile }) => {
      profile.expected.replicasPerShard = 0;
      delete infoOf(observation.endpoint).slave0;
      infoOf(observation.endpoint).master_link_status = 'down';
    },
  ),
  replicasInSync('a replica of a secondary region that is behind fails', 'fail', 'REPLICA_NOT_IN_SYNC', (scene) => {
    infoOf(scene.observation.endpoint).slave0 = 'ip=10.0.0.4,port=6379,state=online,offset=1,lag=40';
  }),
  replicasInSync(
    'the link to the other region is not taken for a replica of this one',
    'unknown',
    'REPLICATION_NOT_TOLD',
    ({ observation }) => {
      delete infoOf(observation.endpoint).slave0;
    },
    '0 of 1 replica',
  ),
  replicasInSync(
    'a secondary region that does not say whom it follows is unknown',
    'unknown',
    'REPLICATION_NOT_TOLD',
    ({ observation }) => {
      infoOf(observation.endpoint).role = 'master';
    },
    'how it follows the primary region',
  ),
  writes('a secondary region that refuses a write passes, with its words', 'pass', 'OK', undefined, 'READONLY'),
  writes(
    'a refusal in the service’s own words passes',
    'pass',
    'OK',
    answered({ kind: 'error', message: 'ERR writes are disabled in this region' }),
  ),
  writes(
    'a secondary region that takes a write fails',
    'fail',
    'SECONDARY_TAKES_WRITES',
    answered({ kind: 'value', value: '0' }),
    'two regions that both take writes',
  ),
  writes(
    'a user who may not write at all proves nothing',
    'unknown',
    'WRITES_NOT_TRIED',
    answered({ kind: 'error', message: "NOPERM this user has no permissions to run the 'del' command" }),
    'NOPERM',
  ),
  writes(
    'a primary that cannot save its data refuses for now, and is no secondary for that',
    'unknown',
    'WRITES_NOT_TRIED',
    answered({ kind: 'error', message: 'MISCONF Errors writing to the AOF file: No space left on device' }),
    'MISCONF',
  ),
  writes(
    'a server that does not know the command proves nothing',
    'unknown',
    'WRITES_NOT_TRIED',
    answered({ kind: 'error', message: "ERR unknown command 'DEL', with args beginning with: " }),
    'unknown command',
  ),
  writes(
    'a secondary region of which no server was asked is unknown',
    'unknown',
    'WRITES_NOT_TRIED',
    ({ observation }) => {
      observation.writes = [];
    },
  ),
  writes('an endpoint that is not reached is unknown', 'unknown', 'NOT_OBSERVED', unreached),
  lua(
    'a script that reads is what a secondary region is asked for',
    'pass',
    'OK',
    undefined,
    'A script that reads two keys',
  ),
];
