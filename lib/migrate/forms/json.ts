/** The migration for a program; its schema is schemas/migration.schema.json, and a test holds the two together. */
import type { Migration } from '../migration.ts';

export const MIGRATION_SCHEMA_VERSION = 1;

/** Field by field, so that nothing of the old cache's document comes along unasked. */
export function migrationJson({
  cache,
  target,
  settings,
  counts,
  refusals,
  deployment,
  steps,
  verdict,
}: Migration): string {
  const { name, id, resourceGroup, location, tier, size, gigabytes } = cache;
  const document = {
    schemaVersion: MIGRATION_SCHEMA_VERSION,
    verdict,
    from: { name, id, resourceGroup, location, tier, size, gigabytes },
    to: target,
    counts,
    settings,
    refusals,
    deployment,
    steps,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
