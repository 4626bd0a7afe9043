/**
 * Takes this database out of its geo-replication group, as a region that failed would be, and links it again. Another member is
 * asked to unlink it, as after the loss of a region; it is asked itself to link again, which discards what it holds.
 * https://learn.microsoft.com/azure/redis/how-to-active-geo-replication#force-unlink-if-theres-a-region-outage
 */
import { ProblemError } from '../../../base/problem.ts';
import { isSameId } from '../../../topology/azure-resource-id.ts';
import type { CloudOperation } from '../../control-plane.ts';
import { type Api, act, getDatabase } from '../api.ts';
import type { Database } from '../description.ts';
import { geoPreconditions } from './preconditions.ts';
import { restore } from './restore.ts';
import { healthyAfter, isAtRest, isHealthy, readState, type State } from './state.ts';
import { type Memory, step } from './step.ts';

interface Group {
  readonly nickname: string;
  /** This database included. */
  readonly memberIds: readonly string[];
  /** The member that stays. */
  readonly peerId: string;
}

export function geoUnlink(api: Api): CloudOperation {
  const memory: Memory<Group> = { isUncertain: false };
  const link = ({ nickname, memberIds }: Group) =>
    act(api, api.id.databaseId, 'forceLinkToReplicationGroup', {
      geoReplication: { groupNickname: nickname, linkedDatabases: memberIds.map((id) => ({ id })) },
    });
  const byHand = (former: Group) =>
    `Link it by hand: az redisenterprise database force-link-to-replication-group --cluster-name ${api.id.clusterName} --resource-group ${api.id.resourceGroupName} --group-nickname ${former.nickname} and every member in --linked-databases.`;
  return {
    name: 'geo-unlink',
    effect: `Unlinks ${api.arm.subject} from its geo-replication group and links it again. All data of this database is discarded then and copied from the other members; until that is over it cannot be used.`,
    cost: 'Minutes to hours, the more data the longer, and the traffic between the regions.',
    undo: 'The link is made again at the end. What was written here and not yet replicated is lost.',
    reversible: true,
    deliberate: `geo-unlink takes ${api.id.clusterName} out of its geo-replication group and discards its data.`,
    preconditions: async (signal) => geoPreconditions(await readState(api, signal)),
    run: async (context) => {
      const state = await healthyAfter(api, 'the database to be at rest', context.signal, () => true);
      const group = groupOf(state, api);
      memory.former = group;
      const { databaseId } = api.id;
      await step({
        api,
        context,
        memory,
        what: `unlinked from the group ${group.nickname}`,
        ask: () => act(api, group.peerId, 'forceUnlink', { ids: [databaseId] }),
        isDone: () => true,
      });
      await step({
        api,
        context,
        memory,
        what: `linked to the group ${group.nickname} again`,
        ask: () => link(group),
        isDone: ({ database }) => isWhole(database, group),
      });
    },
    byHand: () => (memory.former === undefined ? undefined : byHand(memory.former)),
    heal: async ({ event }) => {
      const { former } = memory;
      if (former === undefined) return;
      await restore({
        api,
        memory,
        event,
        what: `the link to the group ${former.nickname}`,
        look: async (signal) => {
          const state = await readState(api, signal);
          // After it was taken out, only those who stayed know that for sure.
          const peer = await getDatabase(api, signal, undefined, former.peerId);
          const isPeerAtRest = isAtRest({ cluster: state.cluster, database: peer });
          return {
            isAtRest: isAtRest(state) && isPeerAtRest && !isMoving(state.database) && !isMoving(peer),
            isBack: isHealthy(state) && isWhole(state.database, former) && isWhole(peer, former),
            seen: `${linkedIds(peer).length} of ${former.memberIds.length} members are linked`,
          };
        },
        putBack: () => link(former),
        byHand: byHand(former),
      });
    },
  };
}

function groupOf({ database }: State, { arm, id }: Api): Group {
  const { groupNickname, linkedDatabases = [] } = database.properties?.geoReplication ?? {};
  const memberIds = linkedDatabases.flatMap((linked) => linked.id ?? []);
  const peerId = memberIds.find((member) => !isSameId(member, id.databaseId));
  if (groupNickname !== undefined && peerId !== undefined) return { nickname: groupNickname, memberIds, peerId };
  const message = `The ${arm.subject} is in no geo-replication group with another database, so there is nothing to unlink.`;
  throw new ProblemError({ code: 'GEO_UNLINK_NOT_LINKED', message });
}

function linkedIds({ properties }: Database): string[] {
  const linked = properties?.geoReplication?.linkedDatabases ?? [];
  return linked.flatMap(({ id, state }) => (id !== undefined && state === 'Linked' ? id : []));
}

function isMoving({ properties }: Database): boolean {
  const linked = properties?.geoReplication?.linkedDatabases ?? [];
  return linked.some(({ state }) => state === 'Linking' || state === 'Unlinking');
}

function isWhole(database: Database, { memberIds }: Group): boolean {
  const linked = linkedIds(database);
  return memberIds.every((member) => linked.some((id) => isSameId(id, member)));
}
