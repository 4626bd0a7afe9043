/** What a `ManagedRedis` is asked for: the topology says which database, the rest says where and for whom. */
import type { Input } from '@pulumi/pulumi';
import type { ClusteringPolicy } from '../topology/azure-managed-redis.ts';
import type { AzureManagedRedisInput } from '../topology/azure-managed-redis-input.ts';
import type { ApiVersion } from './api-version.ts';

export interface ManagedRedisArgs {
  /**
   * The database: policy, SKU, high availability, zones, eviction, persistence, modules. Its `authentication` is not read: who may
   * connect is said by `users` and `accessKeys`, which can name what exists only once it is deployed.
   */
  readonly topology: AzureManagedRedisInput;
  readonly resourceGroupName: Input<string>;
  /** Default: the region of the resource group. */
  readonly location?: Input<string>;
  /**
   * API version of the service's resources: `2026-09-01` for maintenance windows, access strings per user and keyspace events. Choose
   * it when the database is new; on a deployed one it would be a replacement, which `protect` stops. Default: 2025-07-01.
   */
  readonly apiVersion?: ApiVersion;
  /** Microsoft Entra users, groups and managed identities that may connect. The first is the one in the connection profile. */
  readonly users?: readonly EntraUser[];
  /** Turns the access keys on and puts the primary one into a Key Vault. Default: keys are off. They never are an output. */
  readonly accessKeys?: AccessKeyStore;
  /** Default: none, and then `publicNetworkAccess` must be true. */
  readonly privateEndpoint?: PrivateEndpointArgs;
  /** Default: false. */
  readonly publicNetworkAccess?: boolean;
  /** Lets clients through a network security group: 10000, and 8500-8599 under the OSS policy. Default: no rule is made. */
  readonly securityRule?: SecurityRuleArgs;
  /** Default: a key that the service manages. Changing it on a live database is a long operation that interrupts it. */
  readonly encryptionKey?: CustomerManagedKey;
  /**
   * Resource ids of the databases that are in the geo-replication group already, this one not among them. Give the outputs of
   * the other components: that makes the order right.
   */
  readonly linkedDatabases?: readonly Input<string>[];
  /** Who is told. There is no default: a database that alerts nobody should be a decision. */
  readonly alerts: AlertReceivers | 'none';
  /** Log Analytics workspace for the cluster's metrics and the database's connection events. Default: neither is kept. */
  readonly workspaceId?: Input<string>;
  /** Whether the metrics get a page of their own in the portal, among the cluster's workbooks. It costs nothing. Default: true. */
  readonly workbook?: boolean;
  /** Takes a database over that exists already: the first `pulumi up` imports it and makes nothing anew. Remove it afterwards. */
  readonly import?: ImportedRedis;
  /** Allows the one change that destroys the database. Default: a change of the clustering policy is refused. */
  readonly policyChange?: PolicyChange;
  /** Whether Pulumi refuses to delete or replace cluster and database. Default: true. */
  readonly protect?: boolean;
  /** Whether Azure refuses to delete the cluster, whoever asks. Default: false. */
  readonly deletionLock?: boolean;
  readonly tags?: Readonly<Record<string, Input<string>>>;
  /** Name of the deployment in the connection profile. Default: the topology's name. */
  readonly deployment?: string;
}

export interface ImportedRedis {
  /**
   * Resource id of the cluster: `az redisenterprise show --query id`. Its name is `topology.name`, its group `resourceGroupName` and its
   * region `location`. It is read first, and refused with every difference from the arguments.
   */
  readonly clusterId: string;
  /** Names of those among `users` who have an access policy assignment of that name already. Default: none. */
  readonly users?: readonly string[];
}

export interface EntraUser {
  /** Name of the access policy assignment: letters and digits only, which is what the service accepts. */
  readonly name: string;
  /** Object id of the user, group or managed identity. It is the user name of the connection. */
  readonly objectId: Input<string>;
  /**
   * What the user may do, in the words of Redis' ACL: `+@read +@connection -@dangerous +info +cluster|info +cluster|nodes
   * +cluster|slots ~cache:*`; under the OSS policy one without `+cluster|slots` is refused, because no client could start. Needs an `apiVersion` that has it. Default: everything.
   */
  readonly accessString?: string;
}

export interface AccessKeyStore {
  readonly vaultName: Input<string>;
  /** Default: the resource group of the database. */
  readonly vaultResourceGroupName?: Input<string>;
  /** Default: the topology's name and `-primary-key`. */
  readonly secretName?: string;
  /**
   * An `AccessKeyRotation` keeps the secret: it is written when it is made and then left alone, and the connection profile refers to it
   * where there are no `users`, so that clients read the new key by themselves. Default: false, and `pulumi up` writes the primary key.
   */
  readonly rotated?: boolean;
  /** Address of the vault, for a sovereign cloud. Default: `https://NAME.vault.azure.net`. */
  readonly vaultUrl?: Input<string>;
}

export interface PrivateEndpointArgs {
  readonly subnetId: Input<string>;
  readonly dns: PrivateDns;
}

/** How the name of the database becomes the private address. */
export type PrivateDns =
  /** Makes the zone `privatelink.redis.azure.net` and links it. A virtual network can have one such zone. */
  | { readonly kind: 'new-zone'; readonly virtualNetworkIds: LinkedNetworks }
  | { readonly kind: 'existing-zone'; readonly zoneId: Input<string> };

/**
 * Resource ids of virtual networks. A link is called after the network, so that the others stay when one is taken out. The name of an
 * output is not known beforehand: give those by names of your own, `{ hub: hub.id }`, or they are called after their place in the list.
 */
export type LinkedNetworks = readonly Input<string>[] | Readonly<Record<string, Input<string>>>;

export interface SecurityRuleArgs {
  readonly networkSecurityGroupName: Input<string>;
  /** Default: the resource group of the database. */
  readonly resourceGroupName?: Input<string>;
  /** 100 to 4096, unique in the group. Default: 200. */
  readonly priority?: number;
  /** Address range or service tag of the clients. Default: `VirtualNetwork`. */
  readonly sourceAddressPrefix?: Input<string>;
}

export interface CustomerManagedKey {
  /** With its version: `https://VAULT.vault.azure.net/keys/NAME/VERSION`. An RSA key in a vault with purge protection, same region. */
  readonly keyUrl: Input<string>;
  /** Resource id of the user-assigned identity that may use the key. */
  readonly identityId: Input<string>;
}

export interface AlertReceivers {
  readonly emails?: readonly string[];
  readonly actionGroupIds?: readonly Input<string>[];
}

export interface PolicyChange {
  /** The policy that the deployed database has. Once it is gone the acknowledgement allows nothing any more; remove it then. */
  readonly from: ClusteringPolicy;
  readonly allDataIsLost: true;
}
