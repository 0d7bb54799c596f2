import { aggregates } from './aggregates.ts';
import { severals } from './functions/series.ts';
import { builtIns } from './functions.ts';
import { plugins } from './operators/plugins.ts';
import { operators, sources, wordOf } from './operators.ts';

/** Everything that a query may be made of here, by the names that one types; the rest is refused by name. */
export function supported() {
  return {
    operators: [...Object.keys(operators), ...Object.keys(sources), 'AsOperator', 'InvokeOperator']
      .map(typed)
      .sort(),
    functions: [
      ...Object.keys(builtIns),
      ...Object.keys(severals),
      'toscalar',
      'materialize',
      'table',
      'workspace',
    ].sort(),
    aggregates: Object.keys(aggregates).sort(),
    plugins: Object.keys(plugins).sort(),
  };
}

const spelt: Record<string, string> = {
  DataTableExpression: 'datatable',
  ExternalDataExpression: 'externaldata',
  GetSchemaOperator: 'getschema',
};

const typed = (kind: string) => spelt[kind] ?? wordOf(kind);
