/**
 * What ARM says of one Azure Managed Redis: its own answers, unchanged, as far as they are looked at. Every field may be
 * missing. Shapes: https://github.com/Azure/azure-rest-api-specs/tree/main/specification/redisenterprise (2025-07-01)
 */

type OnOff = 'Enabled' | 'Disabled';

export interface Cluster {
  readonly id?: string;
  readonly name?: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly zones?: readonly string[];
  readonly sku?: { readonly name?: string; readonly capacity?: number };
  readonly properties?: ClusterProperties;
}

export interface ClusterProperties {
  readonly highAvailability?: OnOff;
  readonly minimumTlsVersion?: string;
  readonly publicNetworkAccess?: OnOff | null;
  readonly encryption?: {
    readonly customerManagedKeyEncryption?: { readonly keyEncryptionKeyUrl?: string };
  };
  readonly maintenanceConfiguration?: { readonly maintenanceWindows?: readonly MaintenanceWindow[] };
  readonly hostName?: string;
  readonly provisioningState?: string;
  readonly resourceState?: string;
  readonly redisVersion?: string;
}

export interface MaintenanceWindow {
  readonly type?: string;
  /** ISO 8601: `PT6H`. */
  readonly duration?: string;
  readonly startHourUtc?: number;
  readonly schedule?: { readonly dayOfWeek?: string };
}

export interface Database {
  readonly id?: string;
  readonly name?: string;
  readonly properties?: DatabaseProperties;
}

export interface DatabaseProperties {
  readonly clientProtocol?: string;
  readonly port?: number;
  readonly provisioningState?: string;
  readonly resourceState?: string;
  readonly clusteringPolicy?: string;
  readonly evictionPolicy?: string;
  readonly persistence?: {
    readonly aofEnabled?: boolean;
    readonly aofFrequency?: string;
    readonly rdbEnabled?: boolean;
    readonly rdbFrequency?: string;
  };
  readonly modules?: readonly { readonly name?: string; readonly args?: string; readonly version?: string }[];
  readonly geoReplication?: GeoReplication;
  readonly redisVersion?: string;
  readonly deferUpgrade?: string;
  readonly accessKeysAuthentication?: OnOff;
  readonly notifyKeyspaceEvents?: string;
}

export interface GeoReplication {
  readonly groupNickname?: string;
  readonly linkedDatabases?: readonly { readonly id?: string; readonly state?: string }[];
}

export interface AccessPolicyAssignment {
  readonly name?: string;
  readonly properties?: {
    readonly provisioningState?: string;
    readonly accessPolicyName?: string;
    /** From 2026-05-01-preview on. */
    readonly accessString?: string | null;
    readonly user?: { readonly objectId?: string };
  };
}

export interface PrivateEndpointConnection {
  readonly name?: string;
  readonly properties?: {
    readonly provisioningState?: string;
    readonly privateLinkServiceConnectionState?: { readonly status?: string; readonly description?: string };
  };
}

/** One of those that it can be scaled to. */
export interface SkuOffer {
  readonly name?: string;
  readonly sizeInGB?: number;
}

/** An event of the activity log, of category ResourceHealth. https://learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema#resource-health-category */
export interface HealthEvent {
  readonly eventTimestamp?: string;
  readonly correlationId?: string;
  readonly category?: { readonly value?: string };
  readonly operationName?: { readonly value?: string };
  /** `Active`, `In Progress`, `Updated`, `Resolved`. */
  readonly status?: { readonly value?: string };
  readonly properties?: {
    readonly title?: string;
    readonly details?: string;
    readonly currentHealthStatus?: string;
    readonly cause?: string;
  };
}

export interface AzureDescription {
  readonly cluster: Cluster;
  readonly database: Database;
  readonly accessPolicyAssignments: readonly AccessPolicyAssignment[];
  readonly privateEndpointConnections: readonly PrivateEndpointConnection[];
  /** Absent where this login may not ask for them. */
  readonly skuOffers?: readonly SkuOffer[];
  /** Newest first; absent where the log may not be read. */
  readonly healthEvents?: readonly HealthEvent[];
}
