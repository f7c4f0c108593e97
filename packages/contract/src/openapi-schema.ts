/** JSON Schema 2020-12 from zod, without what says nothing to a reader. */
import { z } from 'zod';

type JsonSchema = { [keyword: string]: unknown };

/** @param side what clients send (`input`) or what they get (`output`) */
export function jsonSchema(schema: z.ZodType, side: 'input' | 'output'): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io: side,
    override: ({ jsonSchema }) => simplify(jsonSchema as JsonSchema, side),
  });
  return rest;
}

function simplify(schema: JsonSchema, side: 'input' | 'output'): void {
  // The bounds of a JavaScript integer are not a rule of ours.
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format) delete schema.pattern;
  if (Array.isArray(schema.enum) && schema.enum.every(Number.isInteger)) schema.type = 'integer';
  // Answers grow: a client must not refuse what it does not know.
  if (side === 'output') delete schema.additionalProperties;
}
