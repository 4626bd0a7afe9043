/**
 * The ways of the data from the old cache to the new database, each as commands. A SAS address or an access key is only ever a variable
 * of the shell.
 */
import { groupOf, newIdOf, word } from './commands.ts';
import { changesInPlace, isReplicated, type OldCache } from './old-cache.ts';
import { SOURCES } from './sources.ts';
import type { Step } from './steps.ts';
import type { Target } from './target.ts';

export interface Way extends Step {
  readonly name: 'empty' | 'file' | 'two-writes' | 'copy' | 'group' | 'tooling' | 'in-place';
  readonly source: string;
}

/** Every way that is documented for this cache, the simplest first. */
export function waysOf(cache: OldCache, target: Target): Way[] {
  const canExport = cache.kind === 'enterprise' || cache.tier === 'Premium';
  return [
    empty(cache),
    ...(canExport ? [file(cache, target)] : []),
    twoWrites(cache),
    copy(cache, target),
    ...(cache.kind === 'enterprise' && isReplicated(cache) ? [group(cache, target)] : []),
    ...(cache.kind === 'classic' && isToolingPossible(cache) ? [tooling(cache, target)] : []),
    ...(changesInPlace(cache) ? [inPlace(cache, target)] : []),
  ];
}

function empty({ kind }: OldCache): Way {
  return {
    name: 'empty',
    title: 'Begin empty',
    message:
      'The simplest, where the applications fill the cache by themselves. Expect more load on what is behind it for a while.',
    commands: [],
    source: kind === 'classic' ? SOURCES.selfService : SOURCES.enterpriseSelfService,
  };
}

function file(cache: OldCache, target: Target): Way {
  const names = `--resource-group ${groupOf(cache)}`;
  return {
    name: 'file',
    title: 'Export and import a file',
    message:
      'What is written after the export is lost, so stop writing first or bear it. Import into the new database while it is empty; several files (one per shard) go into one command, one address after the other.',
    commands: [
      cache.kind === 'classic'
        ? `az redis export --name ${cache.name} ${names} --prefix ${cache.name} --container "$CONTAINER_SAS" --file-format RDB`
        : `az redisenterprise database export --cluster-name ${cache.name} ${names} --sas-uri "$CONTAINER_SAS"`,
      `az redisenterprise database import --cluster-name ${target.name} ${names} --sas-uris "$FILE_SAS"`,
    ],
    source: SOURCES.importExport,
  };
}

function twoWrites({ kind }: OldCache): Way {
  return {
    name: 'two-writes',
    title: 'Write to both for a while',
    message:
      'The application writes to both and reads from the old one until the new one holds whatever still matters (for sessions, as long as one lives), then from the new one. No gap and no loss; both are paid for meanwhile.',
    commands: [],
    source: kind === 'classic' ? SOURCES.selfService : SOURCES.enterpriseSelfService,
  };
}

function copy(cache: OldCache, target: Target): Way {
  const port = cache.kind === 'classic' ? 6380 : cache.port;
  return {
    name: 'copy',
    title: 'Copy with a tool',
    message: `RIOT or RIOT-X copies keys from rediss://${cache.hostName}:${port} to rediss://${target.hostName}:${target.port}, from a machine in the region; its mode "live" goes on with what changes and needs keyspace events on the old cache. It is not supported by Microsoft. Flush the new database first, never the old one.`,
    commands: [],
    source:
      'https://techcommunity.microsoft.com/blog/azure-managed-redis/data-migration-with-riot-x-for-azure-managed-redis/4404672',
  };
}

function group(cache: OldCache, target: Target): Way {
  return {
    name: 'group',
    title: 'Join the group, then leave it',
    message:
      'The new database joins the geo-replication group and gets the data that way; then the old member is taken out, and so on for each region. No member of the old kind can join after that, nothing scales meanwhile, and a group may have six members. This command makes the database; afterwards the deployment is compared with it.',
    commands: [
      `az redisenterprise list-skus-for-scaling --cluster-name ${cache.name} --resource-group ${groupOf(cache)}`,
      `az redisenterprise create --cluster-name ${target.name} --resource-group ${groupOf(cache)} --location ${cache.location} --sku ${target.sku} --public-network-access ${cache.publicNetworkAccess ? 'Enabled' : 'Disabled'} ${asTheGroup(cache)} --group-nickname ${word(nicknameOf(cache))} ${memberIds(
        cache,
        target,
      )
        .map((id) => `--linked-databases id=${word(id)}`)
        .join(' ')}`,
    ],
    source: SOURCES.enterpriseSelfService,
  };
}

/** All members have the same; most of it cannot be changed afterwards. */
function asTheGroup(cache: OldCache): string {
  if (cache.kind !== 'enterprise') return '';
  const modules = cache.modules.map(({ name }) => ` name=${word(name)}`).join('');
  return [
    `--clustering-policy ${cache.clusteringPolicy}`,
    ...(cache.evictionPolicy === '' ? [] : [`--eviction-policy ${word(cache.evictionPolicy)}`]),
    '--client-protocol Encrypted',
    `--access-keys-auth ${cache.accessKeys ? 'Enabled' : 'Disabled'}`,
    ...(modules === '' ? [] : [`--modules${modules}`]),
  ].join(' ');
}

function nicknameOf(cache: OldCache): string {
  return cache.kind === 'enterprise' ? (cache.geoReplication?.groupNickname ?? '') : '';
}

function memberIds(cache: OldCache, target: Target): string[] {
  const old = cache.kind === 'enterprise' ? (cache.geoReplication?.memberIds ?? []) : [];
  return [...old, `${newIdOf(cache, target)}/databases/default`];
}

/** https://learn.microsoft.com/azure/redis/migrate/migrate-basic-standard-premium-options#limitations */
function isToolingPossible(cache: OldCache): boolean {
  return (
    cache.kind === 'classic' &&
    cache.subnetId === '' &&
    cache.privateEndpointCount === 0 &&
    !isReplicated(cache) &&
    cache.id !== undefined
  );
}

function tooling(cache: OldCache, target: Target): Way {
  const names = `--cluster-name ${target.name} --resource-group ${groupOf(cache)}`;
  const migration = `--source-resource-id ${word(cache.id ?? '')} --skip-data-migration true`;
  return {
    name: 'tooling',
    title: "Let the service lead the old name to the new database (Microsoft's preview)",
    message:
      'Host name, port and access keys of the old cache go on working on the new one, which is there already. No data is moved, every client changes at once and at a moment that nobody chooses; same region and subscription. It can be undone for a while; at the end the old name is unlinked.',
    commands: [
      `az redisenterprise migration validate ${names} ${migration}`,
      `az redisenterprise migration start ${names} ${migration} --switch-dns true`,
      `az redisenterprise migration show ${names}`,
      `az redisenterprise migration undo ${names}   # only to go back`,
      `az redisenterprise migration unlink-migrated-endpoint ${names}   # when every client has the new name`,
    ],
    source: SOURCES.toolingCommands,
  };
}

function inPlace(cache: OldCache, target: Target): Way {
  const names = `--cluster-name ${cache.name} --resource-group ${groupOf(cache)}`;
  const id = cache.id ?? 'RESOURCE_ID';
  return {
    name: 'in-place',
    title: 'Change the old cluster in place',
    message: `Another SKU makes it Azure Managed Redis, with its old name and keys going on beside the new one. The data is not kept, it cannot be undone, and it is not for a group of regions. The deployment then describes what is called ${cache.name}: change topology.name, and compare with \`redoubt drift\`. Leave the last step out: it would delete this cluster.`,
    commands: [
      `az redisenterprise list-skus-for-scaling ${names}`,
      `az tag update --resource-id ${word(id)} --operation Merge --tags amr-migration-data-preserve=False`,
      `az redisenterprise update ${names} --sku ${target.sku}`,
      `az rest --method post --url ${word(`${id}/unlinkMigratedEndpoint?api-version=2026-09-01`)}   # when every client has the new name`,
    ],
    source: SOURCES.enterpriseTooling,
  };
}
