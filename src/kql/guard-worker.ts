import { parentPort } from 'node:worker_threads';
import type { GuardRules, Verdict } from './guard.ts';
import { judge } from './judge.ts';
import { type Tables, tablesOf } from './kusto.ts';
import type { LogSchema } from './logs.ts';
import type { SchemaCall } from './schema-in-use.ts';

/** Runs in a thread of its own: whatever a text does to the parser, it does it here. */
export interface GuardCall {
  text: string;
  rules: Omit<GuardRules, 'schema'>;
  schema: SchemaCall;
}

const known = new Map<number, { schema: LogSchema | undefined; tables: Tables }>();
known.set(0, { schema: undefined, tables: tablesOf([]) });

// The first query takes a second; whoever asks should not wait for it.
judge('T | where a == 1 | summarize count() by b | render timechart', warmRules(), tablesOf([]));
parentPort?.on('message', (call: GuardCall) => parentPort?.postMessage(answer(call)));
parentPort?.postMessage('ready');

function answer({ text, rules, schema: call }: GuardCall): Verdict {
  try {
    if (call.forget !== undefined) known.delete(call.forget);
    if (call.schema) known.set(call.number, { schema: call.schema, tables: tablesOf(call.schema.tables) });
    const { schema, tables } = known.get(call.number) ?? { schema: undefined, tables: tablesOf([]) };
    return judge(text, { ...rules, schema }, tables);
  } catch {
    // The stack ran out, or the parser stumbled. What it throws holds lines of a million letters: nobody wants them.
    return {
      kind: 'refused',
      rule: 'too-complex',
      message: 'This query cannot be read to its end. Ask it in parts.',
      at: undefined,
    };
  }
}

function warmRules(): GuardRules {
  return { schema: undefined, closed: {}, isReviewed: false, mostRows: 1 };
}
