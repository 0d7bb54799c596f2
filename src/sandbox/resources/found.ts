import type { z } from 'zod';
import type { ArmCall } from '../azure/arm.ts';
import { ArmError } from '../azure/arm-error.ts';
import type { GraphRow } from '../resource-graph/row.ts';

export const group = '/subscriptions/{subscription}/resourceGroups/{group}';

/** What is kept under the id that was called, less what is behind it: `/deallocate`. Letters' case does not matter. */
export function found<Kept>(kept: ReadonlyMap<string, Kept>, call: ArmCall, end = ''): Kept {
  const path = decodeURIComponent(call.url.pathname).replace(/\/$/, '');
  const id = path.slice(0, path.length - end.length);
  const one = kept.get(id.toLowerCase());
  if (one !== undefined) return one;
  const [, , , , resourceGroup = '', , ...name] = id.split('/');
  throw new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${name.join('/')}' under resource group '${resourceGroup}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** What Azure says of a body that it cannot read. */
export function read<T extends z.ZodType>(shape: T, body: unknown): z.output<T> {
  const { data, error } = shape.safeParse(body);
  if (data !== undefined) return data;
  const [issue] = error?.issues ?? [];
  throw new ArmError(
    400,
    'InvalidParameter',
    `The value of parameter ${issue?.path.join('.') ?? ''} is invalid: ${issue?.message ?? ''}.`,
  );
}

/** Rows of Resource Graph of one type, by their ids in lower case. */
export const rowsById = (rows: readonly GraphRow[], type: string): Map<string, GraphRow> =>
  new Map(rows.filter((row) => row.type === type).map((row) => [row.id.toLowerCase(), row]));

/** As a provider shows what Resource Graph copied from it. */
export const resourceOf = ({ id, name, location, tags, sku, zones, properties }: GraphRow) => ({
  id,
  name,
  location,
  ...(tags ? { tags } : {}),
  ...(sku ? { sku } : {}),
  ...(zones ? { zones } : {}),
  properties,
});
