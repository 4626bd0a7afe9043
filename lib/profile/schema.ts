/** The JSON Schema of connection profiles, as in schemas/profile.schema.json. Rules that span fields are not in it: `parseProfile` judges those. */
import { jsonSchemaOf } from '../topology/input/json-schema.ts';
import { profileSchema } from './profile.ts';

export function profileJsonSchema(): Record<string, unknown> {
  return jsonSchemaOf({ schema: profileSchema, title: 'Redoubt connection profile', io: 'input' });
}
