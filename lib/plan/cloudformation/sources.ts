/** The pages that the tables cite. */
const TYPES = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource';
const GUIDE = 'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg';

export const SOURCES = {
  replicationGroup: `${TYPES}-elasticache-replicationgroup.html`,
  serverlessCache: `${TYPES}-elasticache-serverlesscache.html`,
  globalDatastore: `${TYPES}-elasticache-globalreplicationgroup.html`,
  subnetGroup: `${TYPES}-elasticache-subnetgroup.html`,
  parameterGroup: `${TYPES}-elasticache-parametergroup.html`,
  user: `${TYPES}-elasticache-user.html`,
  userGroup: `${TYPES}-elasticache-usergroup.html`,
  key: `${TYPES}-kms-key.html`,
  secret: `${TYPES}-secretsmanager-secret.html`,
  updateBehaviours:
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html',
  updatePolicy: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-updatepolicy.html',
  deletionPolicy: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html',
  dynamicReferences: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html',
  conditions: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html',
  authToRbac: 'https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2356',
  authToken: `${GUIDE}/auth.html`,
  clusterMode: `${GUIDE}/modify-cluster-mode.html`,
  rbac: `${GUIDE}/Clusters.RBAC.html`,
  reboot: `${GUIDE}/nodes.rebooting.html`,
  tlsEndpoints: `${GUIDE}/enable-python-best-practices.html`,
  replicas: 'https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/918',
  tlsMigration: `${GUIDE}/in-transit-encryption-enable.html`,
  failoverOff: 'https://github.com/hashicorp/terraform-provider-aws/issues/27116',
} as const;
