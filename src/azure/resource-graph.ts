import type { TokenCredential } from '@azure/core-auth';
import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import type { CallFarSide } from '../telemetry.ts';
import { createPace } from './pace.ts';
import { scopeOf } from './resource-manager.ts';
import { createRest } from './rest.ts';
import { createSharedAnswers } from './shared-answers.ts';

/** Azure Resource Graph: KQL over what stands in Azure, a few minutes old at most. Throws `FarSideError`. */
export interface ResourceGraph {
  /**
   * At most 1,000 rows, in the order of the query, a key for each column; `isCutOff` tells whether there are more.
   * Without subscriptions it asks of all that the credential may read. Whoever asks the same within 30 s gets the same
   * rows, without a call.
   */
  rows(query: string, wishes?: GraphWishes): Promise<Rows>;
}

export type Rows = readonly Record<string, unknown>[];

export interface GraphWishes {
  signal?: AbortSignal;
  subscriptions?: string[];
}

export interface ResourceGraphOptions {
  /** Azure Resource Manager: `https://management.azure.com`, or a stand-in. */
  endpoint: string;
  credential: TokenCredential;
  /** Milliseconds for one attempt; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
}

/** https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources?view=rest-azureresourcegraph-resourcegraph-2022-10-01 */
const path = '/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01';
/** The vendor's own most for a page, and more than a screen could ever show. */
const mostRows = 1_000;
/** Pages are shorter where rows are wide; an answer in crumbs is no answer. */
const mostPages = 5;

/**
 * A little below the vendor's 15 in 5 s for one identity, so that the many entities of one incident wait rather than
 * are refused: https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
 */
const most = { calls: 14, ms: 5_000 };

/** Of what the graph itself learns minutes late, enough for the enrichers of one storm. */
const remembered = { ms: 30_000, most: { answers: 200, weight: 5_000 } };

/** One for an identity: those of one share nothing of their pace. */
export function createResourceGraph(options: ResourceGraphOptions): ResourceGraph {
  const turn = createPace(most);
  const rest = createRest({ ...options, scope: scopeOf(options.endpoint) });

  async function page(query: string, top: number, skipToken: string | undefined, wishes: GraphWishes) {
    const body = {
      query,
      ...(wishes.subscriptions ? { subscriptions: wishes.subscriptions } : {}),
      options: { resultFormat: 'objectArray', $top: top, ...(skipToken ? { $skipToken: skipToken } : {}) },
    };
    await turn(wishes.signal);
    const { data } = answerShape.safeParse(await rest.post(path, body, { signal: wishes.signal }));
    if (data) return data;
    throw new FarSideError('azure', 'rejected', 'Resource Graph answered without a list of rows.');
  }

  async function all(query: string, wishes: GraphWishes): Promise<Rows> {
    const rows: Record<string, unknown>[] = [];
    let next: string | undefined;
    let isCut = false;
    for (let pages = 0; pages < mostPages; pages += 1) {
      const answer = await page(query, mostRows - rows.length, next, wishes);
      rows.push(...answer.data);
      next = answer.$skipToken ?? undefined;
      isCut = next !== undefined || answer.resultTruncated === 'true';
      if (!next || rows.length >= mostRows) break;
    }
    if (isCut || rows.length > mostRows) cutOff.add(rows);
    rows.length = Math.min(rows.length, mostRows);
    return rows;
  }

  const share = createSharedAnswers<Rows>({ ...remembered, weigh: (rows) => rows.length });
  return {
    rows: (query, { signal, subscriptions } = {}) =>
      share(
        JSON.stringify([query, subscriptions]),
        (ended) => all(query, { signal: ended, ...(subscriptions && { subscriptions }) }),
        signal,
      ),
  };
}

const cutOff = new WeakSet<object>();

/** Whether there are more rows than these, which `rows` gave. */
export const isCutOff = (rows: Rows): boolean => cutOff.has(rows);

const answerShape = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  $skipToken: z.string().nullish().catch(undefined),
  /** A text, by the vendor's definition. */
  resultTruncated: z.enum(['true', 'false']).catch('false'),
});
