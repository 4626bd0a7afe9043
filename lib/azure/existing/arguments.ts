/** What an `ExistingManagedRedis` is asked for: which database, what it is expected to be, and what is added for this program. */
import type { Input, ProviderResource } from '@pulumi/pulumi';
import type { AzureManagedRedisInput } from '../../topology/azure-managed-redis-input.ts';
import type {
  AlertReceivers,
  EntraUser,
  ManagedRedisArgs,
  PrivateEndpointArgs,
  SecurityRuleArgs,
} from '../arguments.ts';

export interface ExistingManagedRedisArgs {
  /** Resource id of the cluster, or of its database: `az redisenterprise show --query id`, or the output of another stack. */
  readonly clusterId: Input<string>;
  /**
   * What you expect to find; its name is the cluster's. The policy, SKU, high availability, port and protocol are compared always, other fields
   * where they are written here. `authentication` is not read, as with a `ManagedRedis`; `redoubt drift` compares everything.
   */
  readonly topology: AzureManagedRedisInput;
  /** Where the parts that are made here go: private endpoint, alerts. Not that of the database. */
  readonly resourceGroupName: Input<string>;
  /** Default: the region of the resource group. */
  readonly location?: Input<string>;
  /** Who may connect from now on: an access policy assignment is made for each. The first is the one in the connection profile. */
  readonly users?: readonly EntraUser[];
  /** API version of those assignments: a newer one has access strings. Default: 2025-07-01. */
  readonly apiVersion?: ManagedRedisArgs['apiVersion'];
  /** Object id of an identity that its owner has assigned already: it is the one in the connection profile where there are no `users`. */
  readonly assignedObjectId?: Input<string>;
  /**
   * The Key Vault that has the access key already; nothing is written there, and the profile refers to it where nobody of Entra is named.
   * `used-by-others`: keys may be on, and are not used here. Default: keys are off.
   */
  readonly accessKeys?: ExistingAccessKey | 'used-by-others';
  /** Leads to it from a network of this program. Default: none is made. */
  readonly privateEndpoint?: PrivateEndpointArgs;
  /** Lets clients through a network security group: 10000, and 8500-8599 under the OSS policy. Default: no rule is made. */
  readonly securityRule?: SecurityRuleArgs;
  /** Alerts of this program's own, beside the owner's. Default: none. */
  readonly alerts?: AlertReceivers;
  /** Log Analytics workspace of this program's own for metrics and connection events. Default: neither is kept. */
  readonly workspaceId?: Input<string>;
  /** Provider of the subscription in which the database is. Default: the component's. */
  readonly databaseProvider?: ProviderResource;
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** Name of the deployment in the connection profile. Default: the topology's name. */
  readonly deployment?: string;
}

export interface ExistingAccessKey {
  readonly vaultName: Input<string>;
  readonly secretName: string;
  /** Address of the vault, for a sovereign cloud. Default: `https://NAME.vault.azure.net`. */
  readonly vaultUrl?: Input<string>;
}
