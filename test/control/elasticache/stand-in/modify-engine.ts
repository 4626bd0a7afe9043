/**
 * ModifyReplicationGroup with another engine: every node of the lab is really replaced by a new one, the replicas of a shard first.
 * What the new ones are is described as Valkey; the program is the lab's, because no lab runs two.
 */
import { waitUntilCaughtUp } from '../../../../lib/drill/targets/replication.ts';
import type { Lab, LabNode, ServerView } from '../../../../lib/lab/lab.ts';
import { type Account, addEvent, inBackground } from './account.ts';
import { expectAvailable } from './changes.ts';
import { cacheClusterId, topologyOf } from './description.ts';
import { invalidCombination, invalidValue } from './fault.ts';
import { parameterGroupNamed } from './parameter-groups.ts';

const VERSION = /^(\d+)\.\d+$/;

export async function modifyEngine(account: Account, parameters: URLSearchParams): Promise<void> {
  const { lab, engine } = account;
  const wanted = parameters.get('Engine');
  const version = parameters.get('EngineVersion') ?? '';
  expectAvailable(account);
  if (wanted !== 'valkey' || engine.kind !== 'redis')
    throw invalidValue(`Cannot modify engine ${engine.kind} to ${wanted}.`);
  if (parameters.get('ApplyImmediately') !== 'true') throw invalidValue('The stand-in knows no maintenance window.');
  const [, major] = VERSION.exec(version) ?? [];
  if (major === undefined) throw invalidCombination(`Cannot find version ${version} for valkey`);
  const family = `valkey${major}`;
  const name = parameters.get('CacheParameterGroupName') ?? `default.${family}.cluster.on`;
  const isDefault = name === `default.${family}.cluster.on`;
  const found = isDefault ? family : parameterGroupNamed(account, name).family;
  if (found !== family)
    throw invalidCombination(`Expected a parameter group of family ${family} but found one of family ${found}`);
  const { shards } = await lab.serverView();
  const all = shards.map(({ shardIndex }) => shardIndex);
  account.upgrade = { version: `${version}.0`, parameterGroupName: name, nodeIds: new Set() };
  inBackground(account, { shards: all }, async () => {
    // One after the other, as the service does with the primaries of a cluster.
    for (const shard of shards) await replaceShard(account, shard);
    account.engine = { kind: 'valkey', version: `${version}.0` };
    account.parameterGroupName = name;
    delete account.upgrade;
    addEvent(
      account,
      'replication-group',
      topologyOf(lab).name.toLowerCase(),
      'Replication group is now of engine valkey',
    );
  });
}

async function replaceShard(account: Account, shard: ServerView['shards'][number]): Promise<void> {
  const { lab, closing } = account;
  const { shardIndex, primaryNodeId, replicaNodeIds } = shard;
  const old = nodeOf(lab, primaryNodeId);
  const successors: LabNode[] = [];
  for (const replicaId of replicaNodeIds) {
    successors.push(await newNode(account, shardIndex));
    await lab.retire(replicaId, 'closed');
  }
  const last = await newNode(account, shardIndex);
  const [heir = last] = successors;
  await waitUntilCaughtUp(lab, old, heir, closing);
  await lab.promote(heir.id, closing);
  await lab.retire(primaryNodeId, 'closed');
}

async function newNode(account: Account, shardIndex: number): Promise<LabNode> {
  const node = await account.lab.addReplica(shardIndex, account.closing);
  account.upgrade?.nodeIds.add(node.id);
  addEvent(account, 'cache-cluster', cacheClusterId(node), 'Cache node 0001 is now of engine valkey');
  return node;
}

function nodeOf(lab: Lab, id: string): LabNode {
  return lab.nodes().find((node) => node.id === id) as LabNode;
}
