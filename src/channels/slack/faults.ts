/** What is wrong with a payload; `pointer` is a JSON pointer, as in Slack's own answers. */
export interface Fault {
  pointer: string;
  message: string;
}

export type Json = { [key: string]: unknown };
export type Faults = (value: Json, at: string) => Fault[];

export function bounded(value: unknown, at: string, most: number, least = 0): Fault[] {
  if (value === undefined && least === 0) return [];
  const length = typeof value === 'string' ? lengthOf(value) : -1;
  return length >= least && length <= most
    ? []
    : [{ pointer: at, message: `is not ${least} to ${most} characters` }];
}

export function listed(value: unknown, at: string, most: number, faultsOf: Faults): Fault[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > most)
    return [{ pointer: at, message: `are not 1 to ${most}` }];
  return value.flatMap((one, n) => faultsOf(asJson(one), `${at}/${n}`));
}

/** Characters as Slack counts them: Unicode code points. */
export const lengthOf = (text: string): number => Array.from(text).length;

export const asJson = (value: unknown): Json =>
  typeof value === 'object' && value !== null ? { ...value } : {};
