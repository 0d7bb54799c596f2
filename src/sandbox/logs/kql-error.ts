/** What is wrong with a query or its growth, in the words that Kusto uses, and where. */
export class KqlError extends Error {
  override readonly name = 'KqlError';
  /** Kusto's: `SYN…` for what does not parse, `SEM…` for what does not make sense, `E_…` for what went wrong. */
  readonly code: string;
  /** Offset in the text; `undefined` where it concerns the whole. */
  readonly start: number | undefined;
  /** From 1; 0 until it was located. */
  line = 0;
  column = 0;

  constructor(message: string, start?: number, code = 'SEM0100') {
    super(message);
    this.start = start;
    this.code = code;
  }

  /** Kusto says which operator it was. */
  within(operator: string): KqlError {
    return new KqlError(`'${operator}' operator: ${this.message}`, this.start, this.code);
  }

  locate(text: string): this {
    const before = text.slice(0, this.start ?? 0);
    this.line = before.split('\n').length;
    this.column = before.length - before.lastIndexOf('\n');
    return this;
  }
}

/** A construct that real Kusto has and this evaluator has not: named, so that nobody takes silence for an answer. */
export function notSupported(what: string, start?: number): KqlError {
  return new KqlError(`${what} is not supported by the sandbox's logs`, start, 'SEM0001');
}

/** Kusto's answer to a query that holds too much at once. */
export function runaway(rows: number): KqlError {
  return new KqlError(
    `Query execution has exceeded the allowed limits (80DA0003): Runaway query (E_RUNAWAY_QUERY): more than ${rows} rows at once.`,
    undefined,
    'E_RUNAWAY_QUERY',
  );
}

export function overdue(): KqlError {
  return new KqlError(
    'Query execution lasted longer than allowed (E_QUERY_TIMEOUT).',
    undefined,
    'E_QUERY_TIMEOUT',
  );
}
