/**
 * What a serverless cache of ElastiCache shows of itself: one shard, and behind a second port of the same name its replica. The views are
 * as in https://github.com/redisson/redisson/issues/5589 (CLUSTER NODES) and https://github.com/phpredis/phpredis/issues/2724 (CLUSTER SLOTS);
 * what INFO tells of replication has not been seen, so here it tells nothing.
 */
import { describe, expect, it } from 'vitest';
import { SERVERLESS_PORTS, topologyThatClientsSee } from '../../lib/aws/judge-serverless.ts';
import { parseClusterNodes, parseClusterSlots } from '../../lib/client/cluster-view.ts';
import { profileFor } from '../../lib/profile/from-topology.ts';
import { serverlessCacheSchema } from '../../lib/topology/elasticache-serverless.ts';
import type { Answer, NodeObservation, Observation } from '../../lib/verify/observation.ts';
import { judge } from '../../lib/verify/run.ts';
import { type Draft, healthyCluster } from './healthy.ts';

const HOST = 'shop-abcdef.serverless.euw1.cache.amazonaws.com';
const PRIMARY = 'ae61b6b371d85c5b92b87acf971c6b6b00000000';
const REPLICA = '538523716f8655d69224cb72e016cbfc00000000';

const { replica } = SERVERLESS_PORTS;
const profile = {
  ...profileFor({
    deployment: 'shop',
    topology: topologyThatClientsSee(serverlessCacheSchema.parse({ name: 'shop' })),
    endpoint: { host: HOST, port: 6379 },
    secret: { kind: 'environment', variable: 'REDIS_PASSWORD' },
  }),
  extraPortRange: { from: replica, to: replica },
};

const value = <Value>(given: Value): Answer<Value> => ({ kind: 'value', value: given });

function seen(port: number): Draft<NodeObservation> {
  const { endpoint } = healthyCluster();
  const { certificate } = endpoint.connection;
  const lines = [
    `${PRIMARY} ${HOST}:6379@16379 myself,master - 0 1706790406462 0 connected 0-16383`,
    `${REPLICA} ${HOST}:6380@16379 slave ${PRIMARY} 0 1706790406462 0 connected`,
  ];
  const slots = [[0, 16_383, [HOST, 6379, PRIMARY, []], [HOST, 6380, REPLICA, []]]];
  return {
    ...endpoint,
    nodeId: port === 6379 ? PRIMARY : REPLICA,
    connection: {
      address: { host: HOST, port },
      tlsVersion: 'TLSv1.3',
      ...(certificate === undefined ? {} : { certificate: { ...certificate, names: [`DNS:${HOST}`] } }),
    },
    info: value({ redis_version: '7.2.4', valkey_version: '8.1.0', redis_mode: 'cluster', cluster_enabled: '1' }),
    clusterInfo: value({
      cluster_state: 'ok',
      cluster_slots_assigned: '16384',
      cluster_known_nodes: '2',
      cluster_size: '1',
    }),
    clusterSlots: value(parseClusterSlots(slots).owners),
    clusterNodes: value(parseClusterNodes(lines.join('\n')).nodes),
  } as Draft<NodeObservation>;
}

function serverless(): Draft<Observation> {
  const cluster = healthyCluster();
  const [answer] = cluster.lua;
  return {
    ...cluster,
    endpoint: { ...seen(6379), nodeId: '' },
    nodes: [seen(6379), seen(6380)],
    routing: { asked: 3, answered: 3, moved: 0, otherErrors: [] },
    lua: answer === undefined ? [] : [{ ...answer, place: `${HOST}:6379`, slot: 0 }],
  };
}

const notPassed = (observation: Observation) =>
  judge(profile, observation).checks.flatMap(({ name, verdict }) =>
    verdict === 'pass' ? [] : [`${name}: ${verdict}`],
  );

describe('a serverless cache', () => {
  it('is what its profile says, and only how replication goes is not told', () => {
    expect(notPassed(serverless())).toEqual(['replicas-in-sync: unknown']);
  });

  it('fails when its replica is not shown', () => {
    const observation = serverless();
    for (const server of [observation.endpoint, ...observation.nodes]) {
      server.clusterNodes = value(
        parseClusterNodes(`${PRIMARY} ${HOST}:6379@16379 myself,master - 0 0 0 connected 0-16383`).nodes,
      ) as never;
    }
    expect(notPassed(observation)).toContain('replicas-per-shard: fail');
  });

  it('fails when its second port cannot be reached', () => {
    const observation = serverless();
    const [, second] = observation.nodes;
    if (second === undefined) throw new Error('There are two.');
    second.connection = {
      address: second.connection.address,
      failure: { stage: 'tcp', code: 'TIMED_OUT', message: 'No answer.' },
    };
    expect(notPassed(observation)).toContain('announced-endpoints-reachable: fail');
  });
});
