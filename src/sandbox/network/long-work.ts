import { randomUUID } from 'node:crypto';
import type { ArmAnswer, ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError } from '../azure/arm-error.ts';
import { NETWORK_VERSIONS } from './versions.ts';

/** An answer with headers of its own. */
export interface Headed extends ArmAnswer {
  headers: Record<string, string>;
}

/** How often it is looked at before Azure is done. */
const looksUntilDone = 2;
/** What is never fetched is let go of; Resource Manager keeps results for a day. */
const mostKept = 200;

/** Work that Azure does while whoever asked comes back for it, as Microsoft.Network does: 202, then the result. */
export class LongWork {
  private readonly works = new Map<string, { answer: ArmAnswer; looks: number }>();

  /** Says where to come back. */
  begin(call: ArmCall, location: string, answer: ArmAnswer): Headed {
    const id = randomUUID();
    this.works.set(id, { answer, looks: 0 });
    const [oldest] = this.works.keys();
    if (this.works.size > mostKept && oldest !== undefined) this.works.delete(oldest);
    const base = `${call.url.origin}/subscriptions/${call.param('subscription')}/providers/Microsoft.Network/locations/${location}`;
    return {
      status: 202,
      headers: {
        location: `${base}/operationResults/${id}?api-version=${call.apiVersion}`,
        'azure-asyncoperation': `${base}/operations/${id}?api-version=${call.apiVersion}`,
        'retry-after': '0',
      },
    };
  }

  routes(): ArmRoute[] {
    const base = '/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}';
    return [
      {
        method: 'GET',
        path: `${base}/operationResults/{id}`,
        apiVersions: NETWORK_VERSIONS,
        answer: (call) => {
          const work = this.look(call);
          if (work.looks >= looksUntilDone) return work.answer;
          const headers = { location: call.url.href, 'retry-after': '0' };
          return { status: 202, headers } satisfies Headed;
        },
      },
      {
        method: 'GET',
        path: `${base}/operations/{id}`,
        apiVersions: NETWORK_VERSIONS,
        answer: (call) => {
          const { answer, looks } = this.look(call);
          if (looks < looksUntilDone)
            return {
              status: 200,
              body: { status: 'InProgress' },
              headers: { 'retry-after': '0' },
            } satisfies Headed;
          return { status: 200, body: { status: 'Succeeded', properties: answer.body } };
        },
      },
    ];
  }

  private look(call: ArmCall) {
    const work = this.works.get(call.param('id'));
    if (!work) throw new ArmError(404, 'OperationNotFound', `Operation '${call.param('id')}' was not found.`);
    work.looks += 1;
    return work;
  }
}
