/** Why an operation must not begin now: every reason at once. Pure. */
import { AZURE_LIMITS, isFlashSku } from '../../../topology/limits.ts';
import { listed } from '../../../verify/judging.ts';
import type { Precondition } from '../../control-plane.ts';
import { productionTagOf } from '../../production-tag.ts';
import type { AccessPolicyAssignment, SkuOffer } from '../description.ts';
import { nextSize } from '../sku.ts';
import { isHealthy, type State, stateText } from './state.ts';

/** How the clients that matter sign in. */
export type SignIn = 'access-key' | 'entra';

function refused(code: string, message: string): Precondition[] {
  return [{ code, message, overridable: false }];
}

function doubtful(code: string, message: string): Precondition[] {
  return [{ code, message, overridable: true }];
}

export function generalPreconditions(state: State): Precondition[] {
  return [...notAtRest(state), ...production(state)];
}

function notAtRest(state: State): Precondition[] {
  if (isHealthy(state)) return [];
  return refused(
    'AZURE_NOT_AT_REST',
    `Cluster and database must be Succeeded/Running, and ${stateText(state)}. Wait until the change is over; what has failed must be repaired first.`,
  );
}

function production({ cluster: { tags = {} } }: State): Precondition[] {
  const tag = productionTagOf(Object.entries(tags));
  if (tag === undefined) return [];
  return doubtful('AZURE_PRODUCTION', `The cluster is tagged ${tag}: this interrupts real users.`);
}

export interface ToggleFacts {
  readonly state: State;
  readonly assignments: readonly AccessPolicyAssignment[];
  readonly signIn: SignIn | undefined;
}

export function togglePreconditions({ state, assignments, signIn }: ToggleFacts): Precondition[] {
  const keys = state.database.properties?.accessKeysAuthentication;
  return [...generalPreconditions(state), ...keyUsersLockedOut(keys, assignments, signIn)];
}

/** While keys are off, whoever has nothing else is refused, not only disconnected. */
function keyUsersLockedOut(
  keys: string | undefined,
  assignments: readonly AccessPolicyAssignment[],
  signIn: SignIn | undefined,
): Precondition[] {
  if (keys === undefined)
    return refused(
      'ACCESS_KEYS_NOT_TOLD',
      'The API does not say whether access keys are on, so nobody could say what to put back.',
    );
  if (keys === 'Disabled' || signIn === 'entra') return [];
  const advice = 'Move the clients to Microsoft Entra first, or rehearse a dropped connection in the lab.';
  if (signIn === 'access-key')
    return refused(
      'ACCESS_KEY_TOGGLE_LOCKS_OUT',
      `Access keys are on and the clients sign in with one: off, the very key that they have would be refused until it is on again. ${advice}`,
    );
  if (assignments.length === 0)
    return refused(
      'ACCESS_KEY_TOGGLE_LOCKS_OUT',
      `Access keys are on and nobody is assigned an access policy, so every client signs in with a key and would be refused while it is off. ${advice}`,
    );
  return doubtful(
    'ACCESS_KEY_TOGGLE_KEY_USERS',
    'Access keys are on: clients that sign in with one would be refused while it is off. It is not known whether there are any.',
  );
}

/** Above it the load of a drill could fill what has to fit back. */
export const FULLEST_PERCENT = 80;

export interface ScaleFacts {
  readonly state: State;
  readonly offers: readonly SkuOffer[] | undefined;
  readonly usedMemoryPercent: number | undefined;
}

export function scalePreconditions(facts: ScaleFacts): Precondition[] {
  return [
    ...generalPreconditions(facts.state),
    ...flash(facts),
    ...geoReplicated(facts),
    ...withoutReplica(facts),
    ...nothingLarger(facts),
    ...tooFull(facts),
  ];
}

function flash({ state: { cluster } }: ScaleFacts): Precondition[] {
  if (!isFlashSku(cluster.sku?.name ?? '')) return [];
  return refused(
    'SKU_ROUND_TRIP_FLASH',
    `${cluster.sku?.name} keeps data on disk, and the way back down is not sure. Rehearse on a database in memory.`,
  );
}

function geoReplicated({ state: { database } }: ScaleFacts): Precondition[] {
  const { linkedDatabases = [] } = database.properties?.geoReplication ?? {};
  if (linkedDatabases.length < 2) return [];
  return refused(
    'SKU_ROUND_TRIP_GEO',
    `The database is linked with others (${linkedDatabases.length} members), and members must have the same SKU. Rehearse on a database that stands alone.`,
  );
}

function withoutReplica({ state: { cluster } }: ScaleFacts): Precondition[] {
  if (cluster.properties?.highAvailability !== 'Disabled') return [];
  return doubtful(
    'SKU_ROUND_TRIP_NO_REPLICA',
    'High availability is off, so there is no replica and all data is lost when the nodes are replaced.',
  );
}

function nothingLarger({ state, offers }: ScaleFacts): Precondition[] {
  const sku = state.cluster.sku?.name ?? '';
  if (offers !== undefined && nextSizeFor(state, offers) !== undefined) return [];
  const offered =
    offers === undefined ? 'does not say what it offers' : `offers ${listed(offers.map(({ name }) => `${name}`))}`;
  return refused(
    'SKU_ROUND_TRIP_NOTHING_LARGER',
    `A larger SKU of the same tier as ${sku} is needed to go up to, and listSkusForScaling ${offered}${isNoCluster(state) ? ` (NoCluster ends at ${AZURE_LIMITS.noClusterMaxGigabytes} GB)` : ''}.`,
  );
}

function tooFull({ usedMemoryPercent, state: { cluster } }: ScaleFacts): Precondition[] {
  if (usedMemoryPercent === undefined)
    return doubtful(
      'SKU_ROUND_TRIP_FULLNESS_NOT_TOLD',
      'The metric usedmemorypercentage is not told, so nobody knows whether the data fits back into the present size.',
    );
  if (usedMemoryPercent < FULLEST_PERCENT) return [];
  return refused(
    'SKU_ROUND_TRIP_TOO_FULL',
    `${usedMemoryPercent} % of the memory of ${cluster.sku?.name} is in use, and at ${FULLEST_PERCENT} % or more the data may not fit back after the way up. Remove data first, or scale up for good.`,
  );
}

export function nextSizeFor(state: State, offers: readonly SkuOffer[]): string | undefined {
  const atMost = isNoCluster(state) ? AZURE_LIMITS.noClusterMaxGigabytes : Number.POSITIVE_INFINITY;
  return nextSize(state.cluster.sku?.name ?? '', offers, atMost);
}

function isNoCluster({ database }: State): boolean {
  return database.properties?.clusteringPolicy === 'NoCluster';
}

export function geoPreconditions(state: State): Precondition[] {
  const { groupNickname, linkedDatabases = [] } = state.database.properties?.geoReplication ?? {};
  const apart = linkedDatabases.filter((linked) => linked.state !== 'Linked');
  const alone =
    groupNickname === undefined || linkedDatabases.length < 2
      ? refused(
          'GEO_UNLINK_NOT_LINKED',
          `The database must be in a geo-replication group with at least one other, and the API lists ${linkedDatabases.length} members of ${groupNickname ?? 'no group'}.`,
        )
      : [];
  const broken =
    apart.length > 0
      ? refused(
          'GEO_UNLINK_LINK_BROKEN',
          `Every member must be Linked before one is taken out: ${listed(apart.map(({ id, state: link }) => `${id} is ${link ?? 'in an untold state'}`))}.`,
        )
      : [];
  const discards = doubtful(
    'GEO_UNLINK_DISCARDS_DATA',
    'All data of this database is discarded when it is linked again, also what was written here and not yet replicated; then it is copied from the other members.',
  );
  return [...generalPreconditions(state), ...alone, ...broken, ...discards];
}

export function upgradePreconditions(state: State): Precondition[] {
  const [offered, running] = [state.cluster, state.database].map(({ properties }) => properties?.redisVersion);
  const nothing =
    offered !== undefined && offered === running
      ? doubtful(
          'VERSION_UPGRADE_NOTHING_NEWER',
          `The database runs ${running}, which is the version that the cluster supports: there may be nothing to upgrade to.`,
        )
      : [];
  return [...generalPreconditions(state), ...nothing];
}
