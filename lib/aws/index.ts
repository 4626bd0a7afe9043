/** What `redoubt/aws` exports: the constructs and the types of their properties, one line per construct. */
export { type AcknowledgedRule, acknowledgedRules } from './acknowledged-rules.ts';
export { ApplicationUsers, type ApplicationUsersProps } from './application-users.ts';
export { CacheAlias, type CacheAliasProps } from './cache-alias.ts';
export {
  ElastiCacheAlarms,
  type ElastiCacheAlarmsProps,
  ElastiCacheCluster,
  type ElastiCacheClusterProps,
  type ElastiCacheTopologyInput,
  type TemplateCounts,
} from './elasticache-cluster.ts';
export { ExistingCache, type ExistingCacheProps } from './existing-cache.ts';
export { GlobalDatastore, type GlobalDatastoreProps } from './global-datastore.ts';
export { MaintenanceRehearsal, type MaintenanceRehearsalProps } from './maintenance-rehearsal.ts';
export { PasswordRotation, type PasswordRotationProps, type RotationProps } from './rotation.ts';
export { ServerlessCache, type ServerlessCacheProps } from './serverless-cache.ts';
export { VerifiedDeployment, type VerifiedDeploymentProps } from './verified-deployment.ts';
