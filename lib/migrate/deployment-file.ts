/** The deployment as a file of deployments/: what is the default is left out, as a person would. */
import { azureManagedRedisSchema } from '../topology/azure-managed-redis.ts';
import type { DeploymentInput } from '../topology/deployment.ts';
import type { Migration } from './migration.ts';

/** @param typesFrom what `DeploymentInput` is imported from, seen from the file */
export function deploymentFile({ cache, target }: Migration, deployment: DeploymentInput, typesFrom: string): string {
  const { topology, ...rest } = deployment;
  const told = { ...rest, topology: withoutDefaults(topology) };
  const ordered = { name: told.name, description: told.description, topology: told.topology, budgets: told.budgets };
  const comment = `/** Made by \`redoubt migrate azure-cache\` from ${cache.name} (${cache.tier}, ${cache.gigabytes} GB). ${target?.why ?? ''} */`;
  return `import type { DeploymentInput } from '${typesFrom}';\n\n${comment}\nexport default ${literal(ordered, '')} satisfies DeploymentInput;\n`;
}

/** Said even where they are the default: they are what a reader looks for. */
const ALWAYS_SAID = ['highAvailability', 'evictionPolicy'];

function withoutDefaults(topology: DeploymentInput['topology']): Record<string, unknown> {
  const defaults = azureManagedRedisSchema.parse({
    platform: 'azure-managed-redis',
    name: 'a',
    clusteringPolicy: 'OSSCluster',
    sku: '',
    shardCount: 1,
  }) as Record<string, unknown>;
  const required = ['platform', 'name', 'clusteringPolicy', 'sku', 'shardCount'];
  const keys = [...required, ...Object.keys(topology).filter((key) => !required.includes(key))];
  const given: Readonly<Record<string, unknown>> = { ...topology };
  return Object.fromEntries(
    keys
      .filter(
        (key) =>
          [...required, ...ALWAYS_SAID].includes(key) || JSON.stringify(given[key]) !== JSON.stringify(defaults[key]),
      )
      .map((key) => [key, given[key]]),
  );
}

/** As biome formats it, for what stands in a deployment. */
function literal(value: unknown, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return value >= 1_000 ? String(value).replace(/\B(?=(\d{3})+$)/g, '_') : String(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0 || value.every((item) => typeof item !== 'object'))
      return `[${value.map((item) => literal(item, '')).join(', ')}]`;
    return `[\n${value.map((item) => `${inner}${literal(item, inner)},\n`).join('')}${indent}]`;
  }
  const entries = Object.entries(value);
  const isSmall = indent !== '' && entries.every(([, item]) => typeof item !== 'object');
  if (isSmall) {
    const line = `{ ${entries.map(([key, item]) => `${key}: ${literal(item, '')}`).join(', ')} }`;
    if (line.length <= 90) return line;
  }
  return `{\n${entries.map(([key, item]) => `${inner}${key}: ${literal(item, inner)},\n`).join('')}${indent}}`;
}

/** JSON's escapes are JavaScript's; only the quotes differ. */
function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
