import { randomUUID } from 'node:crypto';
import type { ArmAnswer, ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError } from '../azure/arm-error.ts';

interface Piece {
  startedAt: number;
  endsAt: number;
  /** Why it ends badly; `undefined` where it does not. */
  failure: string | undefined;
  /** What became of it is part of what Azure holds from its end on. */
  end(failure: string | undefined): void;
  isOver: boolean;
  properties: object | undefined;
}

/** Work that Azure goes on with by itself, whether or not anybody looks at it. */
export class LongWork {
  readonly #now: () => number;
  readonly #pieces = new Map<string, Piece>();
  #slower = 1;
  #failure: string | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Everything begun from now on takes so many times as long. */
  slow(times: number): void {
    this.#slower = times;
  }

  /** The next piece that is begun is given up half-way. */
  failNext(message: string): void {
    this.#failure = message;
  }

  /** `end` is called once, when its time has come. `properties` are what its operation tells at the end. */
  begin(seconds: number, end: Piece['end'], properties?: object): string {
    const id = randomUUID();
    const failure = this.#failure;
    this.#failure = undefined;
    const takes = seconds * 1_000 * this.#slower * (failure === undefined ? 1 : 0.5);
    const startedAt = this.#now();
    this.#pieces.set(id, { startedAt, endsAt: startedAt + takes, failure, end, isOver: false, properties });
    return id;
  }

  /** Brings everything up to now. */
  goOn(): void {
    for (const piece of this.#pieces.values()) {
      if (piece.isOver || piece.endsAt > this.#now()) continue;
      piece.isOver = true;
      piece.end(piece.failure);
    }
  }

  /** Tells whoever began it where to ask: `path` leads to `{id}`, below the subscription. */
  accepted(call: ArmCall, path: string, id: string, body?: object): ArmAnswer {
    const at = `${call.url.origin}${path}/${id}?api-version=${call.apiVersion}`;
    return {
      status: 202,
      ...(body ? { body } : {}),
      headers: { 'azure-asyncoperation': at, 'retry-after': '2' },
    };
  }

  /** https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations */
  operationRoute(path: string, apiVersions: readonly string[]): ArmRoute {
    return {
      method: 'GET',
      path: `${path}/{operation}`,
      apiVersions,
      answer: (call) => {
        const name = call.param('operation');
        const piece = this.#pieces.get(name);
        if (!piece) throw new ArmError(404, 'OperationNotFound', `Operation '${name}' was not found.`);
        const times = { name, startTime: new Date(piece.startedAt).toISOString() };
        if (!piece.isOver)
          return {
            status: 200,
            body: { ...times, status: 'InProgress' },
            headers: { 'retry-after': '2' },
          };
        const endTime = new Date(piece.endsAt).toISOString();
        const outcome = piece.failure
          ? { status: 'Failed', error: { code: 'InternalExecutionError', message: piece.failure } }
          : { status: 'Succeeded', ...(piece.properties ? { properties: piece.properties } : {}) };
        return { status: 200, body: { ...times, endTime, ...outcome } };
      },
    };
  }
}
