import type { Instant } from '../incident/alert.ts';

/**
 * Values as literals of KQL. Letters, digits and a few signs stand as they are; all else is written as the number of
 * its unit, so that no parser has to agree with ours on what a quote or the end of a line is.
 */
export function kqlString(value: string): string {
  // Half a surrogate pair is no character: the far side would refuse the whole query.
  return `"${value.toWellFormed().replace(unsafe, (point) => point.split('').map(numbered).join(''))}"`;
}

/** Characters that nobody sees are letters to Unicode, some of them. */
const unsafe = /\p{Default_Ignorable_Code_Point}|[^\p{L}\p{N} _.,:;@'/()[\]{}<>=+*?!#$%&|~^-]/gu;

const numbered = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Throws where it is no number that KQL knows. */
export function kqlNumber(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot stand in a query.`);
  const text = Number.isSafeInteger(value) ? `long(${value})` : `real(${value})`;
  return text.replace('long(-0)', 'long(0)');
}

/** Throws where it is no time. */
export function kqlDatetime(value: Instant | Date): string {
  return `datetime(${new Date(value).toISOString()})`;
}

/** `dynamic(["a","b"])`: for `in` and `has_any`. */
export function kqlDynamic(values: readonly (string | number)[]): string {
  const items = values.map((value) =>
    typeof value === 'string' ? kqlString(value) : String(kqlNumber(value)).replace(/^\w+\((.*)\)$/, '$1'),
  );
  return `dynamic([${items.join(',')}])`;
}
