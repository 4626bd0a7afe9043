/**
 * An Azure Managed Redis that exists already, made by another stack, another team or by hand. It is read and not managed: what is
 * made here is this program's way to it (users, private endpoint, alerts), and it can be verified and rehearsed on as one made here.
 */
import { all, ComponentResource, type ComponentResourceOptions, type Output } from '@pulumi/pulumi';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { AzureDeclared } from '../topology/azure-declared.ts';
import type { AzureManagedRedisTopology } from '../topology/azure-managed-redis.ts';
import { type AssignedUsers, assignUsers } from './authentication.ts';
import type { ExistingManagedRedisArgs } from './existing/arguments.ts';
import { expectedOrThrow } from './existing/intent.ts';
import { type ExistingRedis, readExisting } from './existing/read.ts';
import { createPrivateEndpoint, createSecurityRule } from './network.ts';
import { createAlerts, createDiagnostics } from './observability.ts';
import { type Placement, placementOf } from './placement.ts';
import { profileOutput } from './profile-output.ts';

export type * from './existing/arguments.ts';

export const EXISTING_MANAGED_REDIS_TYPE = 'redoubt:azure:ExistingManagedRedis';

export class ExistingManagedRedis extends ComponentResource {
  readonly clusterId: Output<string>;
  readonly databaseId: Output<string>;
  readonly hostName: Output<string>;
  /** What applications, `redoubt verify` and `redoubt drill` need. It names where the secret is and does not hold it. */
  readonly profile: Output<ConnectionProfile>;
  /** The cluster, for `redoubt drift --from-pulumi`. Who else may sign in, public access and the key are for whoever made it to say. */
  readonly declared: Output<AzureDeclared>;

  /**
   * @throws ProblemError with every problem of the arguments, before anything is asked or registered. Where the database is something else
   * than was declared, every difference is told once its id is known, in the preview as a rule, and nothing is made.
   */
  constructor(name: string, args: ExistingManagedRedisArgs, options: ComponentResourceOptions = {}) {
    const expected = expectedOrThrow(args);
    super(EXISTING_MANAGED_REDIS_TYPE, name, {}, options);
    const { topology } = expected;
    const existing = readExisting(args.clusterId, expected, { parent: this, provider: args.databaseProvider });
    // Whatever is made waits until the database has been found to be the one that is meant.
    const resourceGroupName = all([args.resourceGroupName, existing]).apply(([group]) => group);
    const placement = placementOf(name, this, { ...args, resourceGroupName });
    this.clusterId = existing.clusterId;
    this.databaseId = existing.databaseId;
    this.hostName = existing.hostName;
    connectTo(placement, args, { topology, existing });
    this.profile = profileOutput({
      deployment: args.deployment ?? topology.name,
      topology,
      hostName: this.hostName,
      objectId: args.users?.[0]?.objectId ?? args.assignedObjectId,
      keyPlace: typeof args.accessKeys === 'object' ? args.accessKeys : undefined,
    });
    this.declared = this.clusterId.apply((clusterId) => ({ clusterId }));
    this.registerOutputs({
      clusterId: this.clusterId,
      databaseId: this.databaseId,
      hostName: this.hostName,
      profile: this.profile,
      declared: this.declared,
    });
  }
}

interface Found {
  readonly topology: AzureManagedRedisTopology;
  readonly existing: Output<ExistingRedis>;
}

/** This program's own way to the database. */
function connectTo(placement: Placement, args: ExistingManagedRedisArgs, { topology, existing }: Found): void {
  const [cluster, database] = [{ id: existing.clusterId }, { id: existing.databaseId }];
  const inItsGroup = { ...placement, resourceGroupName: existing.resourceGroupName };
  const { users = [], apiVersion, databaseProvider: provider } = args;
  const assigned: AssignedUsers = {
    users,
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(provider === undefined ? {} : { provider }),
  };
  const last = assignUsers(inItsGroup, topology, assigned, undefined).at(-1);
  if (args.privateEndpoint !== undefined) createPrivateEndpoint(placement, args.privateEndpoint, cluster, last);
  if (args.securityRule !== undefined) createSecurityRule(placement, topology, args.securityRule);
  if (args.workspaceId !== undefined) createDiagnostics(placement, args.workspaceId, { cluster, database });
  if (args.alerts !== undefined) createAlerts(placement, topology, args.alerts, cluster);
}
