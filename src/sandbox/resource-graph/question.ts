import { z } from 'zod';
import { subscriptions as known } from '../azure/estate.ts';
import { badRequest, GraphRefusal } from './refusal.ts';

const bodyShape = z.object({
  query: z.string().min(1),
  subscriptions: z.array(z.string()).optional(),
  managementGroups: z.array(z.string()).optional(),
  options: z
    .object({
      $skipToken: z.string().optional(),
      $top: z.number().int().min(1).max(1_000).optional(),
      $skip: z.number().int().min(0).optional(),
      resultFormat: z.enum(['objectArray', 'table']).optional(),
    })
    .optional(),
});

export interface AskedQuestion {
  text: string;
  subscriptions: string[] | undefined;
  top: number;
  skip: number;
  format: 'objectArray' | 'table';
}

/** What the body asks for. Throws the refusal of a body that Resource Graph would not take. */
export function readQuestion(body: unknown): AskedQuestion {
  const given = bodyShape.safeParse(body);
  if (!given.success) throw new GraphRefusal(400, 'BadRequest', given.error.issues.map(toDetail));
  const { query, subscriptions, managementGroups, options = {} } = given.data;
  if (managementGroups?.length)
    throw badRequest('InvalidManagementGroups', "The sandbox's company has no management groups.");
  const { $skipToken, $top = 1_000, $skip = 0, resultFormat = 'objectArray' } = options;
  const skip = $skipToken === undefined ? $skip : readToken($skipToken, query);
  return { text: query, subscriptions: reachable(subscriptions), top: $top, skip, format: resultFormat };
}

const toDetail = ({ path, message }: z.core.$ZodIssue) => ({
  code: 'InvalidRequestBody',
  message: `${path.join('.')}: ${message}`,
});

/** Those that the caller may read. The others are left out without a word, unless none remains. */
function reachable(asked: string[] | undefined): string[] | undefined {
  if (!asked?.length) return undefined;
  const wrong = asked.filter((id) => !z.guid().safeParse(id).success);
  if (wrong.length > 0)
    throw badRequest(
      'SubscriptionsContainInvalidGuids',
      `Subscriptions contain invalid guids: ${wrong.join(', ')}.`,
    );
  const own: string[] = Object.values(known);
  const found = asked.map((id) => id.toLowerCase()).filter((id) => own.includes(id));
  if (found.length > 0) return found;
  throw badRequest(
    'NoValidSubscriptionsInQueryRequest',
    `There must be at least one subscription that is eligible to contain resources. Given: '${asked.join(', ')}'.`,
  );
}

/** A token goes on with the query that it was given for, and with no other. */
export const makeToken = (skip: number, query: string): string =>
  Buffer.from(JSON.stringify({ skip, query })).toString('base64');

const tokenShape = z.object({ skip: z.number().int(), query: z.string() });

function readToken(token: string, query: string): number {
  try {
    const { skip, query: before } = tokenShape.parse(JSON.parse(Buffer.from(token, 'base64').toString()));
    if (before === query) return skip;
  } catch {
    // Falls through: it is none of ours, either way.
  }
  throw badRequest('InvalidSkipToken', 'The $skipToken is not valid for this query.');
}
