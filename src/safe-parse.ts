import { ZodError, type z } from 'zod';

/**
 * `schema.safeParse` for what comes from outside, which truly never throws. zod's length checks look at `length` of
 * whatever stands in a text's place: `{"length": {"valueOf": 1}}` compares with nothing, and a TypeError comes out.
 */
export function safeParse<T extends z.ZodType>(
  schema: T,
  value: unknown,
): { data: z.output<T>; error?: never } | { data?: never; error: ZodError } {
  try {
    const { data, error } = schema.safeParse(value);
    return error ? { error } : { data: data as z.output<T> };
  } catch (error) {
    // Too deep a nesting shows as a RangeError.
    if (!(error instanceof TypeError) && !(error instanceof RangeError)) throw error;
    return {
      error: new ZodError([
        { code: 'custom', path: [], message: 'is nothing that can be read', input: undefined },
      ]),
    };
  }
}
