/**
 * Azure Managed Redis with Pulumi: private, Entra-only and alerting unless asked otherwise, and checked before anything is made.
 * It imports from `@pulumi/pulumi` and `@pulumi/azure-native`, which the package takes as optional peers.
 */
import { ManagementLockByScope } from '@pulumi/azure-native/authorization/managementLockByScope.js';
import { ComponentResource, type ComponentResourceOptions, type CustomResource, type Output } from '@pulumi/pulumi';
import type { ConnectionProfile } from '../profile/profile.ts';
import type { AzureDeclared } from '../topology/azure-declared.ts';
import type { ManagedRedisArgs } from './arguments.ts';
import { assignUsers, storeAccessKey } from './authentication.ts';
import { createCluster, createDatabase, hostNameOf } from './database.ts';
import { declaredOutput } from './declared-output.ts';
import { groupOfImported } from './existing/taken-over.ts';
import { intentOrThrow } from './intent.ts';
import { createPrivateEndpoint, createSecurityRule } from './network.ts';
import { createAlerts, createDiagnostics } from './observability.ts';
import { type Placement, placementOf } from './placement.ts';
import { profileOutput } from './profile-output.ts';
import { createWorkbook } from './workbook.ts';

export { API_VERSIONS, type ApiVersion, DEFAULT_API_VERSION, NEWEST_API_VERSION } from './api-version.ts';
export type * from './arguments.ts';
export { type ApplicationIdentity, createApplicationIdentity } from './authentication.ts';

export const MANAGED_REDIS_TYPE = 'redoubt:azure:ManagedRedis';

export class ManagedRedis extends ComponentResource {
  readonly clusterId: Output<string>;
  /** For `linkedDatabases` of the next member of a geo-replication group. */
  readonly databaseId: Output<string>;
  readonly hostName: Output<string>;
  /** What applications, `redoubt verify` and `redoubt drill` need. It names where the secret is and does not hold it. */
  readonly profile: Output<ConnectionProfile>;
  /**
   * What was given beside the topology, and the cluster: export it, and `redoubt drift --from-pulumi` compares that too. `users` are all who
   * may sign in. It holds no secret.
   */
  readonly declared: Output<AzureDeclared>;

  /**
   * @throws ProblemError with every problem of the arguments, before any resource is registered. A change of the clustering
   * policy that would destroy the database is refused later, in the preview, when Pulumi knows the deployed policy.
   */
  constructor(name: string, args: ManagedRedisArgs, options: ComponentResourceOptions = {}) {
    const topology = intentOrThrow(args);
    super(MANAGED_REDIS_TYPE, name, {}, options);
    const resourceGroupName =
      args.import === undefined ? args.resourceGroupName : groupOfImported(this, topology, args);
    const placement = placementOf(name, this, { ...args, resourceGroupName });
    const cluster = createCluster(placement, topology, args);
    const database = createDatabase(placement, topology, args, cluster);
    const last = assignUsers(placement, topology, args, database).at(-1) ?? database;
    if (args.accessKeys !== undefined) storeAccessKey(placement, topology, args.accessKeys, database);
    if (args.privateEndpoint !== undefined) createPrivateEndpoint(placement, args.privateEndpoint, cluster, last);
    if (args.securityRule !== undefined) createSecurityRule(placement, topology, args.securityRule);
    if (args.workspaceId !== undefined) createDiagnostics(placement, args.workspaceId, { cluster, database });
    if (args.alerts !== 'none') createAlerts(placement, topology, args.alerts, cluster);
    if (args.workbook !== false) createWorkbook(placement, topology, cluster);
    if (args.deletionLock === true) createLock(placement, cluster);

    this.clusterId = cluster.id;
    this.databaseId = database.id;
    this.hostName = hostNameOf(placement, topology, cluster);
    this.profile = profileOutput({
      deployment: args.deployment ?? topology.name,
      topology,
      hostName: this.hostName,
      objectId: args.users?.[0]?.objectId,
      keyPlace: args.accessKeys?.rotated === true ? args.accessKeys : undefined,
    });
    this.declared = declaredOutput(args, this.clusterId);
    this.registerOutputs({
      clusterId: this.clusterId,
      databaseId: this.databaseId,
      hostName: this.hostName,
      profile: this.profile,
      declared: this.declared,
    });
  }
}

function createLock({ name, parent }: Placement, cluster: CustomResource): void {
  new ManagementLockByScope(
    `${name}-lock`,
    { scope: cluster.id, level: 'CanNotDelete', notes: 'Holds data. Remove the lock on purpose, not in passing.' },
    { parent },
  );
}
