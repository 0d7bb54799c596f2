import { createHash } from 'node:crypto';
import pg from 'pg';

/**
 * Every statement of ours goes by index. Plans are kept (see `NamedClient`), and one that was made while a table was
 * nearly empty would read the whole of it when it is full; costs that say so would also set off the JIT compiler.
 */
const planning =
  '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan';

/** In milliseconds; 0 for none. */
export interface StatementLimits {
  statement_timeout: number;
  idle_in_transaction_session_timeout: number;
}

/** A replica that stands still in a transaction must not hold up the others for longer. */
const usual: StatementLimits = { statement_timeout: 15_000, idle_in_transaction_session_timeout: 10_000 };

/** Connections to PostgreSQL 15 or newer; whoever finds all of them busy for ten seconds is told so. */
export function openPool(url: string, limits = usual): pg.Pool {
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  const pool = new pg.Pool({
    connectionString: url,
    Client: NamedClient,
    max: 14,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    options: planning,
    ...limits,
  });
  // The pool listens to idle connections only; one in use that breaks fails its statement, and must not end the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/**
 * Gives every parameterised statement a name, so that the server parses and plans it once a connection: our
 * statements are few and their texts fixed, and planning the larger ones takes longer than running them.
 */
class NamedClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of pg's `query` cannot be named.
  override query(...[text, values, ...rest]: any[]): any {
    if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) {
      // @ts-expect-error passed on as it came
      return super.query(text, values, ...rest);
    }
    return super.query({ name: nameOf(text), text, values }, ...rest);
  }
}

const names = new Map<string, string>();

function nameOf(text: string): string {
  const known = names.get(text);
  if (known) return known;
  const name = createHash('sha1').update(text).digest('hex');
  names.set(text, name);
  return name;
}
