/** The published JSON Schema of something this project reads or writes, made from the definition that the code itself uses. */
import { z } from 'zod';

export interface JsonSchemaRequest {
  readonly schema: z.core.$ZodType;
  readonly title: string;
  /** `input`: what an author writes, defaults left out. `output`: what this project writes. */
  readonly io: 'input' | 'output';
}

export function jsonSchemaOf({ schema, title, io }: JsonSchemaRequest): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => dropSafeIntegerBounds(jsonSchema),
  });
  return { $schema, title, ...rest };
}

/** "Not beyond what a number can hold exactly" tells an author nothing. */
function dropSafeIntegerBounds(jsonSchema: z.core.JSONSchema.BaseSchema): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}
