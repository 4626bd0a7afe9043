/**
 * Writes the published JSON Schemas beside this file, from the definitions that the code itself uses:
 * `node schemas/generate.ts`. A test fails while the committed files differ from what this would write.
 */
import { writeFile } from 'node:fs/promises';
import { migrationSchema } from '../lib/migrate/forms/schema.ts';
import { planSchema } from '../lib/plan/forms/schema.ts';
import { profileJsonSchema } from '../lib/profile/schema.ts';
import { reportSchema } from '../lib/report/report.ts';
import { jsonSchemaOf } from '../lib/topology/input/json-schema.ts';
import { deploymentJsonSchema, topologyJsonSchema } from '../lib/topology/schema.ts';

/** File name and content of every published schema. */
export function publishedSchemas(): Record<string, string> {
  const schemas = {
    'topology.schema.json': topologyJsonSchema(),
    'deployment.schema.json': deploymentJsonSchema(),
    'profile.schema.json': profileJsonSchema(),
    'plan.schema.json': jsonSchemaOf({ schema: planSchema, title: 'Redoubt danger report', io: 'output' }),
    'migration.schema.json': jsonSchemaOf({ schema: migrationSchema, title: 'Redoubt migration', io: 'input' }),
    'report.schema.json': jsonSchemaOf({ schema: reportSchema, title: 'Redoubt report', io: 'output' }),
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, `${JSON.stringify(schema, undefined, 2)}\n`]),
  );
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(publishedSchemas())) {
    await writeFile(new URL(name, import.meta.url), text);
  }
}
