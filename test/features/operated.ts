import type { Feature } from './feature.ts';

const NONE = 'The service has no such thing.';

const CLUSTER = 'test/aws/elasticache-cluster.test.ts';
const REDIS = 'test/azure/managed-redis.test.ts';
const AZURE_KEYS = 'test/azure/authentication.test.ts';
const NEWER_API = 'test/azure/api-version.test.ts';

/** How it is kept, judged, proven and moved. */
export const OPERATED: readonly Feature[] = [
  {
    number: 23,
    feature: 'Logs',
    aws: {
      how: 'Slow log and engine log, encrypted, kept for a month.',
      shownBy: [`${CLUSTER} › delivers the engine log and the slow log`],
    },
    azure: {
      how: '`workspaceId`.',
      shownBy: ["test/azure/observability.test.ts › keep the cluster's metrics and the database's connection events"],
    },
  },
  {
    number: 24,
    feature: 'Alarms',
    aws: {
      how: 'For every node that the topology or its scaling may have.',
      shownBy: [
        'test/aws/alarms.test.ts › watch CPU, memory, evictions, lag, connections, swap and the network allowances',
        'test/aws/alarms.test.ts › watch the node that is worst off, tell the topic twice, and say what to do',
      ],
    },
    azure: {
      how: 'With the thresholds of the SKU.',
      shownBy: ['test/azure/observability.test.ts › watch memory, load, processors, connections and evictions'],
    },
  },
  {
    number: 25,
    feature: 'Automatic scaling of shards and replicas',
    aws: {
      how: '`scaling`; the profile expects the ranges.',
      shownBy: [
        'test/aws/scaling.test.ts › of shards and replicas has their dimensions',
        'test/verify/scaled.lab.test.ts › is what was asked for by 3 to 8 shards with 1 to 3 replicas',
      ],
    },
    azure: { notApplicable: NONE },
  },
  {
    number: 26,
    feature: 'Maintenance window',
    aws: { how: '`maintenanceWindow`.', shownBy: [`${CLUSTER} › has %s when asked for`] },
    azure: {
      how: '`maintenanceWindows`, with a newer `apiVersion`.',
      shownBy: [`${NEWER_API} › maintenance happens in the windows that the topology names`],
    },
  },
  {
    number: 27,
    feature: 'Backups, persistence',
    aws: {
      how: '`snapshotRetentionDays`, and a last snapshot.',
      shownBy: [
        `${CLUSTER} › keeps the data: shards are moved online, and a removed or replaced group leaves a snapshot`,
      ],
    },
    azure: { how: '`persistence`.', shownBy: [`${REDIS} › reaches the service`] },
  },
  {
    number: 28,
    feature: 'Data tiering, Flash',
    aws: { how: '`dataTiering`.', shownBy: [`${CLUSTER} › has %s when asked for`] },
    azure: {
      how: 'A Flash SKU; what it excludes is refused.',
      shownBy: ['test/azure/observability.test.ts › know the connections of every SKU'],
    },
  },
  {
    number: 29,
    feature: 'Durability (Valkey 9)',
    aws: { how: '`durability`.', shownBy: [`${CLUSTER} › has %s when asked for`] },
    azure: { notApplicable: NONE },
  },
  {
    number: 30,
    feature: 'Modules',
    aws: { notApplicable: NONE },
    azure: { how: '`modules`.', shownBy: [`${REDIS} › reaches the service`] },
  },
  {
    number: 31,
    feature: 'Deferred upgrades',
    aws: { notApplicable: 'Minor versions: `autoMinorVersionUpgrade`.' },
    azure: { how: '`deferUpgrade`.', shownBy: [`${REDIS} › reaches the service`] },
  },
  {
    number: 32,
    feature: 'Keyspace events',
    aws: {
      how: "`parameters: { 'notify-keyspace-events': … }`.",
      shownBy: [`${CLUSTER} › has cluster mode on, the eviction policy and the given parameters`],
    },
    azure: {
      how: '`keyspaceEvents`, with a newer `apiVersion`.',
      shownBy: [`${NEWER_API} › changes of keys are announced`],
    },
  },
  {
    number: 33,
    feature: 'Rules across fields, before anything is made',
    aws: {
      how: 'At synth, all at once ([rules](rules.md)).',
      shownBy: [
        'test/aws/every-topology.test.ts › makes a template if, and only if, the rules have nothing against it',
      ],
    },
    azure: {
      how: 'Before any resource is registered, all at once ([rules](rules.md)).',
      shownBy: ['test/azure/rules.test.ts › are told before any resource is registered'],
    },
  },
  {
    number: 34,
    feature: 'Says which change destroys data',
    aws: {
      how: '`redoubt plan --before … --after …` ([plan](plan.md)).',
      shownBy: ['test/plan/cloudformation-tables.test.ts › $type $property: $code is $effect'],
    },
    azure: {
      how: '`redoubt plan --pulumi preview.json`; the component stops a change of the policy itself.',
      shownBy: [
        'test/plan/pulumi.test.ts › $table $property: $code is $effect',
        'test/azure/program.lab.test.ts › is stopped in the preview, with the sentence that explains it',
      ],
    },
  },
  {
    number: 35,
    feature: 'Kept from deletion',
    aws: {
      how: 'Policies that leave a snapshot or the group; a key that outlives it.',
      shownBy: [
        `${CLUSTER} › keeps the data: shards are moved online`,
        `${CLUSTER} › uses a rotated key of its own that outlives the group`,
      ],
    },
    azure: {
      how: '`protect` by default, `deletionLock` on request.',
      shownBy: [`${REDIS} › locks the cluster against deletion`, `${REDIS} › protects cluster and database`],
    },
  },
  {
    number: 36,
    feature: 'Scaled in place',
    aws: {
      how: 'Shards online, node types in place, replicas by the service beside `templateCounts`; `redoubt plan` tells the exceptions.',
      shownBy: [
        `${CLUSTER} › keeps the data: shards are moved online`,
        'test/aws/template-counts.test.ts › %s: the plan of the next deployment touches no data',
      ],
    },
    azure: {
      how: 'A change of the SKU; what it does is rehearsed by `sku-round-trip`.',
      shownBy: ['test/control/azure/operations.lab.test.ts › replaces every node and ends at the size of before'],
    },
  },
  {
    number: 37,
    feature: 'A cache that exists already',
    aws: {
      how: '`ExistingCache`.',
      shownBy: ['test/aws/existing-cache.test.ts › is opened to clients at the port of its profile'],
    },
    azure: {
      how: '`ExistingManagedRedis`; `import` of `ManagedRedis` takes it over.',
      shownBy: [
        'test/azure/existing-managed-redis.test.ts › is read and not made',
        'test/azure/existing.lab.test.ts › is refused in the preview with every difference',
        'test/azure/pulumi-cli/pulumi-cli.lab.test.ts › takes a database over as it is',
      ],
    },
  },
  {
    number: 38,
    feature: 'Outputs that a client can use',
    aws: {
      how: 'The connection profile: outputs, SSM parameter, `redoubt profile --from-stack`.',
      shownBy: [
        'test/aws/profile-output.test.ts › give back the connection profile',
        'test/bin/profile-from-stack.lab.test.ts › redoubt profile --from-stack shop',
      ],
    },
    azure: {
      how: 'The connection profile: stack output, `redoubt profile --from-pulumi`.',
      shownBy: [
        `${AZURE_KEYS} › names the user and the place of the token, and how to talk to this policy`,
        'test/bin/profile-from-pulumi.test.ts › rebuilds the profile from what the CLI prints',
      ],
    },
  },
  {
    number: 39,
    feature: 'Says which kind of client to use',
    aws: {
      how: 'The profile declares the mode; `redoubt verify` proves it and says what to set.',
      shownBy: ['test/verify/deployments.lab.test.ts › fails the client mode, and says what to set'],
    },
    azure: {
      how: 'The same, on one shard too, where the mistake hides.',
      shownBy: ['test/verify/deployments.lab.test.ts › fails the client mode, and says what to set'],
    },
  },
  {
    number: 40,
    feature: 'Named standards',
    aws: {
      how: 'docs/standards.md: which control is met by what, evaluated on the templates, and the suppressed rules with their reasons; `acknowledgedRules(scope)`.',
      shownBy: [
        'test/standards/standards.test.ts › $id is met by what is deployed',
        'test/standards/standards.test.ts › $id is not met with $broken',
        'test/aws/nag.test.ts › find nothing in all of the stacks of $name',
      ],
    },
    azure: {
      how: 'docs/standards.md: which control is met by what, evaluated on the inputs of the resources.',
      shownBy: [
        'test/standards/standards.test.ts › $id is met by what is deployed',
        'test/standards/standards.test.ts › $id is not met with $broken',
      ],
    },
  },
  {
    number: 41,
    feature: 'Tests that deploy',
    aws: {
      how: '`npm run prove:aws`: deploy, profile, verify, drill. Here against stand-ins.',
      shownBy: ['test/scripts/prove-aws.test.ts › deploys, verifies inside, takes the profile and the password'],
    },
    azure: {
      how: '`npm run prove:azure`. Here against stand-ins, and with the `pulumi` command where it is found.',
      shownBy: [
        'test/scripts/prove-azure.test.ts › deploys, takes the profile, verifies and drills, in this order',
        'test/azure/pulumi-cli/pulumi-cli.lab.test.ts › previews bin/azure.ts',
      ],
    },
  },
  {
    number: 42,
    feature: 'Checks the topology after the deployment',
    aws: {
      how: '`redoubt verify`, `redoubt drift`, `VerifiedDeployment`.',
      shownBy: [
        'test/verify/deployments.lab.test.ts › passes every check that applies',
        'test/control/elasticache/control-plane.lab.test.ts › is as declared, by the API and by the servers',
        'test/aws/verified-deployment.test.ts › asks the function with the profile as it is deployed',
      ],
    },
    azure: {
      how: '`redoubt verify`, `redoubt drift`, `VerifiedDeployment`.',
      shownBy: [
        'test/control/azure/control-plane.lab.test.ts › that nobody has touched is as declared',
        'test/bin/cloud-azure.lab.test.ts › the database is found, and passes with all that its program gave it',
        'test/azure/program.lab.test.ts › fails with the sentences of the checks that fail',
      ],
    },
  },
  {
    number: 43,
    feature: 'Rehearses failover and maintenance',
    aws: {
      how: '`redoubt drill --aws`, `redoubt rehearse`, `MaintenanceRehearsal`.',
      shownBy: [
        'test/drill/scenarios.lab.test.ts › leaves naive clients down and ours within budget',
        'test/control/elasticache/test-failover.lab.test.ts › fails over shard after shard',
        'test/aws/maintenance-rehearsal.test.ts › runs the script on the package, one at a time, for a bounded time',
      ],
    },
    azure: {
      how: '`redoubt drill --azure`, `watch-maintenance`, `MaintenanceRehearsal`.',
      shownBy: [
        'test/bin/cloud-azure.lab.test.ts › a drill really replaces every node and comes back to the size of before',
        'test/azure/maintenance-rehearsal.test.ts › runs the drill once each time, never twice, with its own identity',
      ],
    },
  },
  {
    number: 44,
    feature: 'Regions linked and unlinked, in the right order',
    aws: {
      how: '`GlobalDatastore` links in order; `global-failover` rehearses, `global-disassociate` unlinks.',
      shownBy: [
        'test/aws/global-datastore.test.ts › is a group in another region',
        'test/control/elasticache/global/failover.lab.test.ts › moves the primary there and back',
        'test/control/elasticache/global/disassociate.lab.test.ts › takes the secondary out',
        'test/control/elasticache/global/single.lab.test.ts › passes a secondary and its primary',
      ],
    },
    azure: {
      how: '`GeoReplicatedRedis` links in order; `geo-unlink` rehearses.',
      shownBy: [
        'test/azure/geo-replicated-redis.test.ts › links each member to those before it and to itself',
        'test/control/azure/operations.lab.test.ts › unlinks through another member and links again',
      ],
    },
  },
  {
    number: 45,
    feature: 'Help with migrations',
    aws: {
      how: 'AUTH token to users: `ApplicationUsers`. Redis OSS to Valkey in place: `redoubt drill --scenario engine-to-valkey`.',
      shownBy: [
        'test/aws/migrations.test.ts › are made beside it, which changes nothing of it',
        'test/control/elasticache/engine-to-valkey.lab.test.ts › replaces every node under load',
      ],
    },
    azure: {
      how: '`redoubt migrate azure-cache`: from Azure Cache for Redis, every tier, to Azure Managed Redis.',
      shownBy: [
        'test/migrate/settings.test.ts › no code is without a row',
        'test/migrate/whatever-is-given.test.ts › gets a deployment that passes the rules, or a refusal with a code',
        'test/azure/migrated.lab.test.ts › is taken by the Pulumi program',
      ],
    },
  },
];
