/** Azure's names for rows of a table that were copied: restored from its archive, or found by a search job. */
const copied = /^(?:_.*)?_(?:rst|srch)(?:_|$)/;

/**
 * The table of these that a name stands for: itself in any case, or a copy of it, such as `EmailEvents_RST` and
 * `EmailEvents_spring_SRCH`. What is closed in the one is closed in the other.
 */
export function originalOf(name: string, tables: string[]): string | undefined {
  const lower = name.toLowerCase();
  return tables.find((table) => {
    const one = table.toLowerCase();
    return lower === one || (lower.startsWith(one) && copied.test(lower.slice(one.length)));
  });
}
