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
  mergeChoices(schema);
}

/**
 * A choice between an integer and a text as one schema that means the same. Client generators make
 * two equal names for one value of two enums, or know neither.
 */
function mergeChoices(schema: JsonSchema): void {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf)) return;
  const choices = anyOf as JsonSchema[];
  if (!choices.every(isPlain)) return;
  const enums = choices.filter((choice) => Array.isArray(choice.enum));
  const types = new Set(choices.map(({ type }) => type));
  const apart = enums.length === 0 && types.size === choices.length;
  if (!apart && enums.length !== choices.length) return;
  const { type: _, enum: __, ...bounds } = Object.assign({}, ...choices) as JsonSchema;
  delete schema.anyOf;
  // A type beside an enum says nothing more, and makes some generators list it once for each.
  if (enums.length > 0) Object.assign(schema, { enum: enums.flatMap((choice) => choice.enum) });
  else Object.assign(schema, { type: [...types], ...bounds });
  Object.assign(schema, rest);
}

/** Of an integer, of a text, or of values: what bounds one of them bounds no other. */
const isPlain = ({ type, enum: values }: JsonSchema): boolean =>
  type === 'integer' || type === 'string' || (type === undefined && Array.isArray(values));
