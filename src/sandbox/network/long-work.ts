import { randomUUID } from 'node:crypto';
import type { ArmAnswer, ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError } from '../azure/arm-error.ts';
import { LOCATION, NETWORK_VERSIONS } from './versions.ts';

/** An answer with headers of its own. */
export interface Headed extends ArmAnswer {
  headers: Record<string, string>;
}

export type Ending = 'Succeeded' | 'Failed';

/** How often it is looked at before Azure is done. */
const looksUntilDone = 2;
/** What is never fetched is let go of; Resource Manager keeps results for a day. */
const mostKept = 200;

/** Something that Azure is at; each look brings it nearer to its end. */
export class Work {
  readonly answer: ArmAnswer;
  readonly ending: Ending;
  #looks = 0;
  #whenOver: ((ending: Ending) => void) | undefined;

  constructor(answer: ArmAnswer, ending: Ending, whenOver?: (ending: Ending) => void) {
    this.answer = answer;
    this.ending = ending;
    this.#whenOver = whenOver;
  }

  get isOver(): boolean {
    return this.#looks >= looksUntilDone;
  }

  look(): void {
    this.#looks += 1;
    if (this.isOver) this.end();
  }

  end(): void {
    this.#looks = looksUntilDone;
    const whenOver = this.#whenOver;
    this.#whenOver = undefined;
    whenOver?.(this.ending);
  }
}

/** Work that Azure does while whoever asked comes back for it, as Microsoft.Network does it. */
export class LongWork {
  readonly #works = new Map<string, Work>();
  #breaksNext = false;

  /** A question that takes a while: 202, then the result. Says where to come back. */
  begin(call: ArmCall, location: string, answer: ArmAnswer): Headed {
    const headers = this.#keep(call, location, new Work(answer, 'Succeeded'));
    return { status: 202, headers: { ...headers, 'retry-after': '0' } };
  }

  /** A change that takes a while. Gives the headers that tell where to ask, and the work itself. */
  change(call: ArmCall, whenOver: (ending: Ending) => void) {
    const ending = this.#breaksNext ? 'Failed' : 'Succeeded';
    this.#breaksNext = false;
    const work = new Work({ status: 200 }, ending, whenOver);
    const { 'azure-asyncoperation': operation } = this.#keep(call, LOCATION, work);
    return { work, headers: { 'azure-asyncoperation': operation, 'retry-after': '0' } };
  }

  /** The next change is taken on, and fails when Azure is at it. */
  breakNext(): void {
    this.#breaksNext = true;
  }

  /** All that is under way ends. */
  settle(): void {
    for (const work of this.#works.values()) work.end();
  }

  routes(): ArmRoute[] {
    const base = '/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}';
    return [
      {
        method: 'GET',
        path: `${base}/operationResults/{id}`,
        apiVersions: NETWORK_VERSIONS,
        answer: (call) => {
          const work = this.#look(call);
          if (work.isOver) return work.answer;
          const headers = { location: call.url.href, 'retry-after': '0' };
          return { status: 202, headers } satisfies Headed;
        },
      },
      {
        method: 'GET',
        path: `${base}/operations/{id}`,
        apiVersions: NETWORK_VERSIONS,
        answer: (call) => {
          const { answer, isOver, ending } = this.#look(call);
          if (!isOver)
            return {
              status: 200,
              body: { status: 'InProgress' },
              headers: { 'retry-after': '0' },
            } satisfies Headed;
          if (ending === 'Failed') return { status: 200, body: { status: 'Failed', error: broken } };
          return { status: 200, body: { status: 'Succeeded', properties: answer.body } };
        },
      },
    ];
  }

  #keep(call: ArmCall, location: string, work: Work) {
    const id = randomUUID();
    this.#works.set(id, work);
    const [oldest] = this.#works.keys();
    if (this.#works.size > mostKept && oldest !== undefined) this.#works.delete(oldest);
    const base = `${call.url.origin}/subscriptions/${call.param('subscription')}/providers/Microsoft.Network/locations/${location}`;
    return {
      location: `${base}/operationResults/${id}?api-version=${call.apiVersion}`,
      'azure-asyncoperation': `${base}/operations/${id}?api-version=${call.apiVersion}`,
    };
  }

  #look(call: ArmCall): Work {
    const work = this.#works.get(call.param('id'));
    if (!work) throw new ArmError(404, 'OperationNotFound', `Operation '${call.param('id')}' was not found.`);
    work.look();
    return work;
  }
}

const broken = { code: 'InternalServerError', message: 'An error occurred. The change was not carried out.' };
