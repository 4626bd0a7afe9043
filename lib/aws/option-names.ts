/**
 * Names of the properties of each construct, for whoever writes plain JavaScript: a property of another name would be ignored in
 * silence. The compiler holds them to be those of the interfaces.
 */
import type { Problem } from '../base/problem.ts';
import { closestTo } from '../topology/input/closest.ts';
import { describeGiven } from '../topology/input/describe.ts';
import type { ElastiCacheAlarmsProps } from './alarms.ts';
import type { ApplicationUsersProps } from './application-users.ts';
import type { CacheAliasProps } from './cache-alias.ts';
import type { ElastiCacheClusterProps } from './elasticache-cluster.ts';
import type { ExistingCacheProps } from './existing-cache.ts';
import type { GlobalDatastoreProps } from './global-datastore.ts';
import type { MaintenanceRehearsalProps } from './maintenance-rehearsal.ts';
import type { PasswordRotationProps, RotationProps } from './rotation.ts';
import type { ServerlessCacheProps } from './serverless-cache.ts';
import type { VerifiedDeploymentProps } from './verified-deployment.ts';

type Names<Props> = { readonly [Name in keyof Required<Props>]: true };

const CLUSTER: Names<ElastiCacheClusterProps> = {
  topology: true,
  vpc: true,
  globalDatastore: true,
  globalRole: true,
  vpcSubnets: true,
  encryptionKey: true,
  secret: true,
  rotation: true,
  accessString: true,
  logRetention: true,
  logDeliveryStream: true,
  notificationTopic: true,
  removalPolicy: true,
  alarms: true,
  dashboard: true,
  keptNodeIds: true,
  deployment: true,
  templateCounts: true,
};

const SERVERLESS: Names<ServerlessCacheProps> = {
  cache: true,
  vpc: true,
  vpcSubnets: true,
  encryptionKey: true,
  secret: true,
  rotation: true,
  accessString: true,
  removalPolicy: true,
  finalSnapshotName: true,
  alarmTopic: true,
  alarms: true,
  dashboard: true,
  deployment: true,
};

const VERIFIED: Names<VerifiedDeploymentProps> = {
  cluster: true,
  vpc: true,
  vpcSubnets: true,
  settleFor: true,
  mayBeUnknown: true,
  always: true,
  logRetention: true,
};

const REHEARSAL: Names<MaintenanceRehearsalProps> = {
  cluster: true,
  vpc: true,
  vpcSubnets: true,
  schedule: true,
  iMean: true,
  nodeGroups: true,
  package: true,
  image: true,
  timeout: true,
  reportsKeptFor: true,
  alarmTopic: true,
  logRetention: true,
};

const ROTATION: Names<RotationProps> = { every: true, vpcSubnets: true, logRetention: true };

const PASSWORD_ROTATION: Names<PasswordRotationProps> = {
  ...ROTATION,
  cluster: true,
  vpc: true,
  secret: true,
  alarmTopic: true,
  user: true,
};

const USERS: Names<ApplicationUsersProps> = {
  cluster: true,
  authentication: true,
  accessString: true,
  rotation: true,
  deployment: true,
};

const ROTATION_OF_USERS: Names<NonNullable<ApplicationUsersProps['rotation']>> = { ...ROTATION, vpc: true };

const GLOBAL: Names<GlobalDatastoreProps> = { primary: true, suffix: true, secondaries: true, removalPolicy: true };

const EXISTING: Names<ExistingCacheProps> = { profile: true, securityGroup: true, encryptionKey: true };

const ALIAS: Names<CacheAliasProps> = { cache: true, zone: true, name: true, timeToLive: true };

const ALARMS: Names<ElastiCacheAlarmsProps> = {
  topology: true,
  topic: true,
  thresholds: true,
  only: true,
  keptNodeIds: true,
};

const OPTIONS = {
  ElastiCacheCluster: CLUSTER,
  ServerlessCache: SERVERLESS,
  VerifiedDeployment: VERIFIED,
  MaintenanceRehearsal: REHEARSAL,
  PasswordRotation: PASSWORD_ROTATION,
  ApplicationUsers: USERS,
  GlobalDatastore: GLOBAL,
  ExistingCache: EXISTING,
  CacheAlias: ALIAS,
  ElastiCacheAlarms: ALARMS,
} as const;

/** Of a construct's own properties, and of its `rotation` where it has one. */
export function optionNameProblems(construct: keyof typeof OPTIONS, given: object): Problem[] {
  const { rotation } = given as { readonly rotation?: unknown };
  const ofRotation = construct === 'ApplicationUsers' ? ROTATION_OF_USERS : ROTATION;
  return [
    ...unknownNames(given, OPTIONS[construct], ''),
    ...('rotation' in OPTIONS[construct] && typeof rotation === 'object' && rotation !== null
      ? unknownNames(rotation, ofRotation, 'rotation.')
      : []),
  ];
}

/**
 * One that is given as undefined is not given. One that is like none of the names is somebody's own: properties of a class that
 * extends the construct, or of the stack, are handed on with the rest.
 */
function unknownNames(given: object, known: object, at: string): Problem[] {
  const names = Object.keys(known);
  return Object.entries(given)
    .filter(([name, value]) => value !== undefined && !names.includes(name))
    .flatMap(([name]) => {
      const closest = closestTo(name, names);
      if (closest === undefined) return [];
      const message = `${describeGiven(`${at}${name}`)} is no property here; did you mean "${at}${closest}"? There are ${names.join(', ')}.`;
      return [{ code: 'AWS_OPTION_UNKNOWN', message, path: `${at}${name}` }];
    });
}
