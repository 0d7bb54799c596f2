import { originalOf } from './copies.ts';
import { isBuiltIn, nameOf } from './grammar.ts';
import type { GuardRules } from './guard.ts';
import { type Analysed, type Fault, type KustoNode, kindOf, nodesOf, symbolKindOf } from './kusto.ts';
import type { Names, Reading } from './reading.ts';
import { placeOf, type Refusal } from './refusal.ts';
import { isKnown, isSaved, lookAtFaults, lookAtUnknown, quote, unknownReads } from './unknown-names.ts';
import { knownSaved } from './vocabulary.ts';
import { fits, isWildTable, readsEverything, tablesReached } from './wildcards.ts';

/** Tables and functions that the names are bound to, and whether these may be read. */
export function lookAtNames(analysed: Analysed, rules: GuardRules): Refusal | Reading {
  const names = openNames(analysed, rules);
  return (
    lookAtFunctions(names) ??
    lookAtClosed(names) ??
    lookAtFaults(names) ??
    lookAtUnknown(names) ?? {
      reads: names.reads,
      reached: reachedBy(names),
      readsUnknown: isAnyUnknown(names),
      isExact: names.isExact,
    }
  );
}

function openNames(analysed: Analysed, rules: GuardRules): Names {
  const nodes = [...nodesOf(analysed.root)];
  const used = nodes.filter((node) => kindOf(node) === 'NameReference' && !isPathSelector(node));
  const isExact =
    rules.schema !== undefined &&
    !used.some((node) => isSaved(node.SimpleName ?? '', rules) && !isLocal(node, true)) &&
    !nodes.some(
      (node) =>
        (node.ResultType && symbolKindOf(node.ResultType) === 'Table' && node.ResultType.IsOpen) ||
        // Columns of a table that is handed over are checked where it is called, if at all.
        (kindOf(node) === 'SchemaTypeExpression' &&
          [...nodesOf(node)].some((part) => kindOf(part) === 'StarExpression')),
    );
  const reads = used.filter((node) => isTable(node, { analysed, rules, isExact }));
  return { rules, analysed, nodes, used, reads, isExact };
}

/** `a.b.c`: only `a` can be a table. */
function isPathSelector(node: KustoNode): boolean {
  return node.Parent !== null && kindOf(node.Parent) === 'PathExpression' && node.Parent.Selector === node;
}

const isCalled = (node: KustoNode): boolean =>
  node.Parent !== null && kindOf(node.Parent) === 'FunctionCallExpression' && node.Parent.Name === node;

function isTable(
  node: KustoNode,
  { analysed, rules, isExact }: Pick<Names, 'analysed' | 'rules' | 'isExact'>,
): boolean {
  const name = node.SimpleName ?? '';
  if (isCalled(node) || isSaved(name, rules) || /[*]/.test(name)) return false;
  const symbol = node.ReferencedSymbol;
  const kind = symbol ? symbolKindOf(symbol) : '';
  if (kind === 'Table') return true;
  const isMissed = analysed.faults.some((fault) => fault.Start === node.TextStart && isOfTables(fault));
  if (kind === 'Column')
    return !isExact && (isMissed || isPiped(node) || (rules.schema !== undefined && isKnown(name, rules)));
  return kind === '' && (isMissed || standsAlone(node));
}

/** No such table; a table was expected. */
const isOfTables = ({ Code }: Fault): boolean => Code === 'KS204' || Code === 'KS111';

const takesTables =
  /^(?:ExpressionStatement|LetStatement|FunctionBody|UnionOperator|JoinOperator|LookupOperator|ToScalarExpression|ToTableExpression|PartitionQuery)$/;

/** All of a statement, a let or a function, or before a pipe: even where the parser takes it for a value, it may be a table. */
function standsAlone(node: KustoNode): boolean {
  if (isPiped(node)) return true;
  let up = node.Parent;
  while (up && /^(?:ParenthesizedExpression|MaterializeExpression|List|SeparatedElement)$/.test(kindOf(up)))
    up = up.Parent;
  return up !== null && takesTables.test(kindOf(up));
}

const isPiped = (node: KustoNode): boolean =>
  node.Parent !== null && kindOf(node.Parent) === 'PipeExpression' && node.Parent.Expression === node;

function lookAtFunctions({ nodes, used, rules, isExact }: Names): Refusal | undefined {
  const ours = new Set(
    nodes.filter((node) => kindOf(node) === 'LetStatement').map((node) => node.Name?.SimpleName ?? ''),
  );
  for (const node of nodes) {
    if (kindOf(node) !== 'FunctionCallExpression' || !node.Name) continue;
    const name = nameOf(node);
    const isPlugIn = node.Parent !== null && kindOf(node.Parent) === 'EvaluateOperator';
    if (isPlugIn || isBuiltIn(name)) continue;
    // A let of another block has the same name and is not what is called.
    const isBound = node.Name.ReferencedSymbol || node.ReferencedSymbol;
    if (isBound && ours.has(name)) continue;
    const isOpen = rules.isReviewed && Object.keys(rules.closed).length === 0;
    if (isSaved(name, rules) || (isOpen && !rules.schema && !isBound)) continue;
    return {
      rule: 'function',
      message: `${name}() is not among the functions that may be used here.`,
      at: placeOf(node.Name),
    };
  }
  const saved = used.find(
    (node) =>
      isSaved(node.SimpleName ?? '', rules) &&
      !isLocal(node, isExact) &&
      !mayCall(node.SimpleName ?? '', rules),
  );
  if (!saved) return undefined;
  const isHidden = Object.keys(rules.closed).length > 0;
  return {
    rule: 'saved-function',
    message: `${saved.SimpleName} is a saved function and reads tables that it does not name${isHidden ? ', maybe such as are closed to you' : ''}. Write the tables themselves.`,
    at: placeOf(saved),
  };
}

const watchlists = /^_GetWatchlist(?:Alias)?$/;

/** Whoever may not read a table may not read it through a function either. Watchlists are one table. */
function mayCall(name: string, { isReviewed, closed }: GuardRules): boolean {
  const isHidden = Object.keys(closed).length > 0;
  if (watchlists.test(name))
    return !isHidden || !('Watchlist' in closed || 'ConfidentialWatchlist' in closed);
  return !isHidden && (isReviewed || knownSaved.test(name));
}

/** @param withColumns where all columns are known, a column is one */
function isLocal({ ReferencedSymbol: symbol }: KustoNode, withColumns: boolean): boolean {
  const kind = symbol ? symbolKindOf(symbol) : '';
  return kind === 'Variable' || kind === 'Parameter' || (withColumns && kind === 'Column');
}

/**
 * By name, wherever it stands: `x in (SigninLogs)` reads the table where there is no such column, and which columns
 * there are is not always known. Only where all are known may a column be called like a closed table.
 */
function lookAtClosed({ nodes, used, rules, isExact }: Names): Refusal | undefined {
  const closed = Object.keys(rules.closed);
  const [first] = closed;
  if (first === undefined) return undefined;
  const find = (name: string) => {
    const original = originalOf(name, closed);
    return original && { name: name.toLowerCase() === original.toLowerCase() ? original : name, original };
  };
  /** What a wildcard may meet: copies that the schema does not list yet, too. */
  const copies = rules.schema?.tables.map(({ name }) => name).filter((name) => find(name)) ?? [];
  const candidates = [...closed, ...closed.flatMap((name) => [`${name}_RST`, `${name}_SRCH`]), ...copies];
  const refuse = (name: string, original: string, node: KustoNode, why = ''): Refusal => ({
    rule: 'closed-table',
    message: `${why}${quote(name)} is closed to you: it is for ${rules.closed[original]}. Ask one of them.`,
    at: placeOf(node),
  });
  for (const node of used) {
    const name = node.SimpleName ?? '';
    const isColumn = isExact && node.ReferencedSymbol && symbolKindOf(node.ReferencedSymbol) === 'Column';
    const met = isWildTable(node) ? candidates.find((one) => fits(name, one)) : isColumn ? undefined : name;
    const hit = met === undefined ? undefined : find(met);
    if (hit) return refuse(hit.name, hit.original, node);
  }
  for (const node of nodes) {
    const kind = kindOf(node);
    // A name that is given anew: whoever reads the text would take it for the table.
    const given =
      /^(?:LetStatement|ScanStep)$/.test(kind) || (kind === 'NameAndTypeDeclaration' && isParameter(node));
    const hit = given ? find(node.Name?.SimpleName ?? '') : undefined;
    if (hit) return refuse(hit.name, hit.original, node);
    if (readsEverything(node)) return refuse(first, first, node, 'This reads all tables. ');
  }
  return undefined;
}

const isParameter = (node: KustoNode): boolean =>
  node.Parent !== null && kindOf(node.Parent) === 'FunctionParameter';

function reachedBy({ nodes, used, rules }: Names): string[] {
  const tables = rules.schema?.tables.map(({ name }) => name) ?? [];
  const isWatchlist = used.some(({ SimpleName }) => watchlists.test(SimpleName ?? ''));
  return [...tablesReached(nodes, tables), ...(isWatchlist ? ['Watchlist'] : [])];
}

function isAnyUnknown(names: Names): boolean {
  const { used, rules, isExact } = names;
  if (!rules.schema) return true;
  const isSavedRead = used.some(
    (node) =>
      isSaved(node.SimpleName ?? '', rules) &&
      !watchlists.test(node.SimpleName ?? '') &&
      !isLocal(node, isExact),
  );
  return isSavedRead || (!rules.isReviewed && unknownReads(names).length > 0);
}
