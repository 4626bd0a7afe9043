/** What the changes do to the lab's real processes. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntilCaughtUp, withAdministrator } from '../../../../lib/drill/targets/replication.ts';
import { applicationUserOf } from '../../../../lib/lab/acl.ts';
import type { Lab, LabNode } from '../../../../lib/lab/lab.ts';
import { stopProcess } from '../../../../lib/lab/server-process.ts';
import { startService, waitUntilServiceReady } from '../../../../lib/lab/service-process.ts';
import { ENDPOINT, serviceOf } from '../../../../lib/lab/services.ts';
import { readState, updateService, updateState } from '../../../../lib/lab/state.ts';
import { writePrivateFile } from '../../../../lib/lab/write-file.ts';

/** Every node by a new one at a new address, shard after shard: the role moves first, then the old ones go. */
export async function replaceEveryNode(lab: Lab, signal: AbortSignal): Promise<void> {
  const nodes = lab.nodes();
  const { shards } = await lab.serverView();
  for (const { shardIndex, primaryNodeId, replicaNodeIds } of shards) {
    const [successor] = await Promise.all(
      [primaryNodeId, ...replicaNodeIds].map(() => lab.addReplica(shardIndex, signal)),
    );
    const old = nodes.find(({ id }) => id === primaryNodeId);
    await waitUntilCaughtUp(lab, old as LabNode, successor as LabNode, signal);
    await lab.promote((successor as LabNode).id, signal);
    for (const id of [primaryNodeId, ...replicaNodeIds]) await lab.retire(id, 'closed');
  }
}

/** From now on exactly these keys are accepted, none for an empty list; every connection there was is dropped. */
export async function acceptKeys(lab: Lab, keys: readonly string[]): Promise<void> {
  if (lab.profile.clientMode === 'single')
    return restartEndpoint(lab, keys[0] ?? randomBytes(24).toString('base64url'));
  await everyNode(lab, await keyUser(lab, keys));
  await dropConnections(lab);
}

/** Of everybody but the lab itself; who has not signed in yet counts as `default`. */
export async function dropConnections(lab: Lab): Promise<void> {
  if (lab.profile.clientMode === 'single') return restartEndpoint(lab);
  const users = new Set(['default', applicationUserOf(lab.topology)]);
  await everyNode(
    lab,
    [...users].map((user) => ['CLIENT', 'KILL', 'USER', user]),
  );
}

export async function discardData(lab: Lab): Promise<void> {
  const { shards } = await lab.serverView();
  const primaries = new Set(shards.map(({ primaryNodeId }) => primaryNodeId));
  await everyNode(lab, [['FLUSHALL']], (node) => primaries.has(node.id));
}

/** Of all primaries together. */
export async function usedBytes(lab: Lab): Promise<number> {
  const { shards } = await lab.serverView();
  const primaries = new Set(shards.map(({ primaryNodeId }) => primaryNodeId));
  const replies = await everyNode(lab, [['INFO', 'memory']], (node) => primaries.has(node.id));
  return replies.reduce((sum, [info]) => sum + Number(/^used_memory:(\d+)/m.exec(String(info))?.[1] ?? 0), 0);
}

/** A key belongs to the user `default`, who may do what the application may. */
async function keyUser(lab: Lab, keys: readonly string[]): Promise<string[][]> {
  if (keys.length === 0) return [['ACL', 'SETUSER', 'default', 'off', 'resetpass']];
  const application = applicationUserOf(lab.topology);
  const [first] = lab.nodes();
  const [lists = []] = await everyNode(lab, [['ACL', 'LIST']], ({ id }) => id === first?.id);
  const lines = (lists[0] as unknown[]).map(String);
  const rights = (lines.find((line) => line.startsWith(`user ${application} `)) ?? '')
    .split(' ')
    .filter((word) => /^[~&+-]/.test(word));
  const passwords = keys.map((key) => `>${key}`);
  return [['ACL', 'SETUSER', 'default', 'reset', 'on', ...passwords, ...rights]];
}

async function everyNode(
  lab: Lab,
  commands: readonly (readonly string[])[],
  isMeant: (node: LabNode) => boolean = () => true,
): Promise<unknown[][]> {
  return withAdministrator(lab, async (administrator) => {
    const replies = await Promise.all(
      lab
        .nodes()
        .filter(isMeant)
        .map((node) => administrator.ask(node, commands)),
    );
    const refusal = replies.flat().find((reply) => reply instanceof Error);
    if (refusal !== undefined) throw refusal;
    return replies;
  });
}

/** The proxy reads the one password that it knows when it starts. Users of Microsoft Entra sign in with something else than a key. */
async function restartEndpoint(lab: Lab, key?: string): Promise<void> {
  const { runDirectory } = lab;
  const state = readState(runDirectory);
  const service = serviceOf(ENDPOINT, runDirectory, state);
  const passwordFile = join(runDirectory, 'secrets', 'endpoint-password');
  if (key !== undefined) writePrivateFile(passwordFile, key);
  const knowsKeys = applicationUserOf(lab.topology) === 'default' && existsSync(passwordFile);
  const given = service.configuration as { readonly application: object };
  const configuration = knowsKeys ? { ...given, application: { ...given.application, passwordFile } } : given;
  await stopProcess(state.services.find(({ name }) => name === ENDPOINT)?.process, runDirectory);
  const started = await startService(runDirectory, { ...service, configuration });
  await updateState(runDirectory, (current) => updateService(current, ENDPOINT, { process: started.identity }));
  await waitUntilServiceReady(runDirectory, ENDPOINT, started);
}
