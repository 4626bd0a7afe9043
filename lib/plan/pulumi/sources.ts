/** The pages that the tables cite. */
const LEARN = 'https://learn.microsoft.com/azure/redis';

export const SOURCES = {
  database: 'https://www.pulumi.com/registry/packages/azure-native/api-docs/redisenterprise/database/',
  cluster: 'https://www.pulumi.com/registry/packages/azure-native/api-docs/redisenterprise/redisenterprise/',
  generic: 'https://www.pulumi.com/registry/packages/azure-native/api-docs/resources/resource/',
  windows: `${LEARN}/maintenance-windows`,
  keyspaceEvents: 'https://redis.io/docs/latest/develop/use/keyspace-notifications/',
  assignment: 'https://www.pulumi.com/registry/packages/azure-native/api-docs/redisenterprise/accesspolicyassignment/',
  privateEndpoint: `${LEARN}/private-link`,
  policy: 'https://github.com/hashicorp/terraform-provider-azurerm/issues/31722',
  scale: `${LEARN}/how-to-scale`,
  highAvailability: `${LEARN}/high-availability`,
  geoReplication: `${LEARN}/how-to-active-geo-replication`,
  persistence: `${LEARN}/how-to-persistence`,
  encryption: `${LEARN}/how-to-encryption`,
  entra: `${LEARN}/entra-for-authentication`,
  keys: 'https://github.com/hashicorp/terraform/issues/37842',
  protect: 'https://www.pulumi.com/docs/iac/concepts/resources/options/protect/',
  aliases: 'https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/',
  preview: 'https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/',
} as const;
