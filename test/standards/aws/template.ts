/** The template of a deployment, and the questions that more than one standard asks of it. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { DEPLOYMENTS } from '../../../deployments/index.ts';
import { DeploymentStack } from '../../../lib/aws/deployment-stack.ts';
import type { Deployment } from '../../../lib/topology/deployment.ts';
import type { ElastiCacheTopology } from '../../../lib/topology/elasticache.ts';
import type { Condition, Control, Standard } from '../control.ts';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a rule reads properties by name, at any depth, and must bear what is not there
  readonly Properties: Record<string, any>;
}
export interface DeployedTemplate {
  readonly Resources: Readonly<Record<string, Resource>>;
}
export type Asked = Partial<ElastiCacheTopology>;
export type AwsStandard = Standard<DeployedTemplate, Asked>;
export type AwsControl = Control<DeployedTemplate, Asked>;
export type AwsCondition = Condition<DeployedTemplate>;

/** One template for each shipped deployment of ElastiCache. */
export function shippedTemplates(asked: Asked = {}): DeployedTemplate[] {
  return DEPLOYMENTS.flatMap((deployment) =>
    deployment.topology.platform === 'elasticache'
      ? [templateOf({ ...deployment, topology: { ...deployment.topology, ...asked } })]
      : [],
  );
}

function templateOf(deployment: Deployment): DeployedTemplate {
  const stack = new DeploymentStack(new App({ analyticsReporting: false }), 'Shipped', { deployment });
  return Template.fromStack(stack).toJSON() as DeployedTemplate;
}

export const GROUP = 'AWS::ElastiCache::ReplicationGroup';

export function ofType({ Resources }: DeployedTemplate, type: string): Resource['Properties'][] {
  return Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
}

/** What holds of every resource of the type, and of one at least: of nothing, nothing is shown. */
export function every(type: string, holds: (properties: Resource['Properties']) => boolean) {
  return (template: DeployedTemplate): boolean => {
    const resources = ofType(template, type);
    return resources.length > 0 && resources.every(holds);
  };
}

/** Sets properties of every resource of the type; `undefined` takes one away. */
export function withProperties(type: string, properties: Readonly<Record<string, unknown>>) {
  return (copy: DeployedTemplate): void => {
    for (const resource of ofType(copy, type)) Object.assign(resource, properties);
  };
}

/** A property that is to be true, as the most rules are: false breaks it, and so does its absence. */
export function isTrue(property: string): AwsCondition {
  return {
    holds: every(GROUP, (group) => group[property] === true),
    brokenBy: {
      [`\`${property}\` false`]: withProperties(GROUP, { [property]: false }),
      [`no \`${property}\``]: withProperties(GROUP, { [property]: undefined }),
    },
  };
}

export function snapshotsKeptFor(days: number): AwsCondition {
  return {
    holds: every(GROUP, ({ SnapshotRetentionLimit }) => SnapshotRetentionLimit >= days),
    brokenBy: {
      [`snapshots kept for ${days - 1} days`]: withProperties(GROUP, { SnapshotRetentionLimit: days - 1 }),
      'no `SnapshotRetentionLimit`': withProperties(GROUP, { SnapshotRetentionLimit: undefined }),
    },
  };
}

export const IN_A_SUBNET_GROUP_OF_ITS_OWN: AwsCondition = {
  holds: every(GROUP, ({ CacheSubnetGroupName: name }) => name !== undefined && name !== '' && name !== 'default'),
  brokenBy: {
    'the subnet group `default`': withProperties(GROUP, { CacheSubnetGroupName: 'default' }),
    'no subnet group': withProperties(GROUP, { CacheSubnetGroupName: undefined }),
  },
};

export const BOTH_ENCRYPTED: AwsCondition = {
  holds: every(
    GROUP,
    ({ AtRestEncryptionEnabled, TransitEncryptionEnabled }) => AtRestEncryptionEnabled && TransitEncryptionEnabled,
  ),
  brokenBy: {
    'no encryption at rest': withProperties(GROUP, { AtRestEncryptionEnabled: false }),
    'no encryption in transit': withProperties(GROUP, { TransitEncryptionEnabled: undefined }),
  },
};

/** A user group that is in the template, and whose `default` user is off: without that, everybody would be let in. */
export const USERS_AND_NO_DEFAULT: AwsCondition = {
  holds: (template) =>
    every(GROUP, ({ UserGroupIds }) => Array.isArray(UserGroupIds) && UserGroupIds.length > 0)(template) &&
    ofType(template, 'AWS::ElastiCache::User').some(
      ({ UserName, AccessString }) => UserName === 'default' && AccessString.startsWith('off '),
    ),
  brokenBy: {
    'no user group': withProperties(GROUP, { UserGroupIds: [] }),
    'a `default` user that is on': (copy) => {
      for (const user of ofType(copy, 'AWS::ElastiCache::User')) user.AccessString = 'on ~* +@all';
    },
  },
};

export const USERS_OVER_TLS: AwsCondition = {
  holds: (template) =>
    USERS_AND_NO_DEFAULT.holds(template) && every(GROUP, (group) => group.TransitEncryptionEnabled)(template),
  brokenBy: {
    ...USERS_AND_NO_DEFAULT.brokenBy,
    'no encryption in transit': withProperties(GROUP, { TransitEncryptionEnabled: false }),
  },
};
