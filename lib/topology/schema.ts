/** The JSON Schemas of topologies and deployments. Rules that span fields are not in them: `parseTopology` judges those. */
import { deploymentSchema } from './deployment.ts';
import { jsonSchemaOf } from './input/json-schema.ts';
import { topologySchema } from './topology.ts';

export function topologyJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf({ schema: topologySchema, title: 'Redoubt topology', io: 'input' });
}

export function deploymentJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf({ schema: deploymentSchema, title: 'Redoubt deployment', io: 'input' });
}
