/** ElastiCache without cluster mode: two names, and a primary that counts its replicas. */

import { infoOf, type Row, readerOf, rowsOf, silence, singleScene, TIMED_OUT, unreached } from './row.ts';

const roles = rowsOf('endpoint-roles', singleScene);
const replicasPerShard = rowsOf('replicas-per-shard', singleScene);
const replicasInSync = rowsOf('replicas-in-sync', singleScene);
const engineVersion = rowsOf('engine-version', singleScene);
const clientMode = rowsOf('client-mode', singleScene);
const tlsName = rowsOf('tls-name', singleScene);

export const SINGLE_ROWS: readonly Row[] = [
  roles('a primary and a replica behind their names pass', 'pass', 'OK', undefined, 'to a replica'),
  roles(
    'a primary endpoint that leads to a replica fails',
    'fail',
    'PRIMARY_ENDPOINT_LEADS_TO_REPLICA',
    ({ observation }) => {
      infoOf(observation.endpoint).role = 'slave';
    },
    'READONLY',
  ),
  roles(
    'a reader endpoint that leads to the primary fails where there should be replicas',
    'fail',
    'READER_ENDPOINT_LEADS_TO_PRIMARY',
    (scene) => {
      infoOf(readerOf(scene)).role = 'master';
    },
  ),
  roles(
    'a reader endpoint that cannot be reached fails',
    'fail',
    'READER_ENDPOINT_UNREACHABLE',
    (scene) => silence(readerOf(scene), TIMED_OUT),
    'tls, TIMED_OUT',
  ),
  roles('a role that INFO does not tell is unknown', 'unknown', 'ENDPOINT_ROLES_NOT_TOLD', (scene) => {
    delete infoOf(readerOf(scene)).role;
  }),
  roles('a primary alone passes without a reader endpoint', 'pass', 'OK', ({ observation, profile }) => {
    delete observation.reader;
    delete profile.readerEndpoint;
    profile.expected.replicasPerShard = 0;
  }),
  roles('an endpoint that is not reached is unknown', 'unknown', 'NOT_OBSERVED', unreached),
  replicasPerShard('the primary counts its replicas without cluster mode too', 'pass', 'OK'),
  replicasPerShard(
    'a primary without the replica that was promised fails',
    'fail',
    'REPLICAS_MISSING',
    ({ observation }) => {
      infoOf(observation.endpoint).connected_slaves = '0';
    },
    'INFO of the primary itself',
  ),
  replicasPerShard('a primary that does not count is unknown', 'unknown', 'REPLICAS_NOT_TOLD', ({ observation }) => {
    delete infoOf(observation.endpoint).connected_slaves;
  }),
  replicasInSync('a replica in sync passes without cluster mode too', 'pass', 'OK', undefined, 'All 1 replica'),
  replicasInSync('a replica that is still copied to fails', 'fail', 'REPLICA_NOT_IN_SYNC', ({ observation }) => {
    infoOf(observation.endpoint).slave0 = 'ip=10.0.0.4,port=6379,state=wait_bgsave,offset=0,lag=0';
  }),
  replicasInSync('a replica of which INFO says nothing is unknown', 'unknown', 'REPLICATION_NOT_TOLD', (scene) => {
    delete infoOf(scene.observation.endpoint).slave0;
  }),
  engineVersion(
    'a replica behind the reader endpoint of another version fails',
    'fail',
    'ENGINE_VERSION_WRONG',
    (scene) => {
      scene.profile.expected.engineVersion = '7.0';
      infoOf(readerOf(scene)).redis_version = '6.2.6';
    },
    'replica.shop.cache.test:6379 runs 6.2.6',
  ),
  clientMode(
    'a server in cluster mode fails where a plain client was promised',
    'fail',
    'CLIENT_MODE_SINGLE_ON_CLUSTER',
    ({ observation }) => {
      infoOf(observation.endpoint).cluster_enabled = '1';
    },
    'cluster_enabled:1',
  ),
  tlsName('the reader endpoint is verified against its own name', 'pass', 'OK', undefined, '"replica.shop.cache.test"'),
];
