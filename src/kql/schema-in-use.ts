import type { LogSchema } from './logs.ts';

/** A schema has tens of thousands of columns: it travels to a worker once and is known by its number from then on. */
export interface SchemaCall {
  /** 0: no schema is known. */
  number: number;
  /** Only where the worker does not have it yet. */
  schema?: LogSchema;
  /** Not asked for any more. */
  forget?: number;
}

/** Some 30 MB each in the worker; a product asks few scopes at a time. */
const mostKept = 3;

/** What one worker has been given. */
export type Given = number[];

export function openSchemaNumbers(): (schema: LogSchema | undefined, given: Given) => SchemaCall {
  const numbers = new WeakMap<LogSchema, number>();
  let last = 0;
  return (schema, given) => {
    if (!schema) return { number: 0 };
    const number = numbers.get(schema) ?? ++last;
    numbers.set(schema, number);
    const place = given.indexOf(number);
    if (place >= 0) given.splice(place, 1);
    given.push(number);
    if (place >= 0) return { number };
    const forget = given.length > mostKept ? given.shift() : undefined;
    return { number, schema, ...(forget !== undefined && { forget }) };
  };
}
