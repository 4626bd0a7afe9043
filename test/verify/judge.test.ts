/** Whatever a server says, judging it ends in findings. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseClusterNodes, parseClusterSlots, parseInfo } from '../../lib/client/cluster-view.ts';
import type { Answer, NodeObservation, Observation } from '../../lib/verify/observation.ts';
import { judge } from '../../lib/verify/run.ts';
import { clusterProfile, enterpriseProfile, healthyCluster, nodeId } from './healthy.ts';

const answer = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Answer<Value>> =>
  fc.oneof(
    { weight: 6, arbitrary: value.map((given): Answer<Value> => ({ kind: 'value', value: given })) },
    { weight: 1, arbitrary: fc.string().map((message): Answer<Value> => ({ kind: 'error', message })) },
    { weight: 1, arbitrary: fc.string().map((reason): Answer<Value> => ({ kind: 'silence', reason })) },
  );

const id = fc.nat({ max: 5 }).map(nodeId);
const slot = fc.nat({ max: 16_400 });
const address = fc.tuple(fc.constantFrom('10.0.0.1', '', null, '?', 'x.test'), fc.nat({ max: 70_000 }), id);
const slotsReply = fc.array(
  fc.oneof(fc.tuple(slot, slot, address, address), fc.tuple(slot, slot, address), fc.anything()),
);
const flags = fc.subarray(['myself', 'master', 'slave', 'fail', 'fail?', 'handshake', 'noaddr', 'noflags'], {
  minLength: 1,
});
const slotToken = fc.oneof(
  slot.map(String),
  fc.tuple(slot, slot).map(([first, last]) => `${first}-${last}`),
  fc.tuple(slot, id).map(([moving, peer]) => `[${moving}->-${peer}]`),
  fc.string(),
);
const nodesLine = fc
  .tuple(id, fc.nat({ max: 70_000 }), flags, fc.oneof(id, fc.constant('-')), fc.array(slotToken, { maxLength: 4 }))
  .map(
    ([own, port, flagged, primary, slots]) =>
      `${own} 10.0.0.1:${port}@1 ${flagged.join(',')} ${primary} 0 0 1 connected ${slots.join(' ')}`,
  );
const nodesText = fc
  .array(fc.oneof({ weight: 5, arbitrary: nodesLine }, { weight: 1, arbitrary: fc.string() }))
  .map((lines) => lines.join('\n'));
const infoText = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'role',
        'cluster_enabled',
        'slave0',
        'slave1',
        'connected_slaves',
        'master_link_status',
        'master_last_io_seconds_ago',
        'redis_version',
        'cluster_state',
        'cluster_size',
      ),
      fc.oneof(fc.string(), fc.constantFrom('master', 'slave', '0', '1', 'up', 'ip=1,port=2,state=online,lag=1')),
    ),
  )
  .map((fields) => fields.map(([name, value]) => `${name}:${value}`).join('\r\n'));
const fields = infoText.map((text) => Object.fromEntries(parseInfo(text).fields));

const server = (known: NodeObservation): fc.Arbitrary<NodeObservation> =>
  fc.record({
    connection: fc.constant(known.connection),
    nodeId: id,
    hello: answer(fc.dictionary(fc.string(), fc.string())),
    info: answer(fields),
    clusterInfo: answer(fields),
    clusterSlots: answer(slotsReply.map((reply) => parseClusterSlots(reply).owners)),
    clusterNodes: answer(nodesText.map((text) => parseClusterNodes(text).nodes)),
    unreadable: fc.array(fc.string(), { maxLength: 2 }),
  });

const observation = (): fc.Arbitrary<Observation> => {
  const healthy = healthyCluster() as Observation;
  return fc
    .tuple(server(healthy.endpoint), fc.array(server(healthy.nodes[0] as NodeObservation), { maxLength: 5 }))
    .map(([endpoint, nodes]) => ({ ...healthy, endpoint, nodes }));
};

describe('judging', () => {
  it.each([
    ['cluster', clusterProfile()],
    ['single', enterpriseProfile()],
  ])('never crashes and always says something, for a client in %s mode', (_mode, profile) => {
    fc.assert(
      fc.property(observation(), (seen) => {
        const { checks } = judge(profile, seen);
        expect(checks.filter(({ code }) => code === 'CHECK_CRASHED')).toEqual([]);
        expect(checks.every(({ message }) => message.length > 0)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
