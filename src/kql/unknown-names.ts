import { closest, distance } from 'fastest-levenshtein';
import { nameOf } from './grammar.ts';
import type { GuardRules } from './guard.ts';
import { type KustoNode, kindOf, nodesOf, symbolKindOf } from './kusto.ts';
import type { LogSchema } from './logs.ts';
import type { Names } from './reading.ts';
import { placeOf, type Refusal } from './refusal.ts';

/** Columns that Azure Monitor puts on every table without always listing them. */
const hiddenColumns =
  /^(?:_ResourceId|_SubscriptionId|_IsBillable|_BilledSize|_TimeReceived|_ItemId|TenantId|Type|SourceSystem|MG)$/;

/** What the parser finds wrong, as far as we know enough to believe it. */
export function lookAtFaults(names: Names): Refusal | undefined {
  const { analysed, rules, isExact } = names;
  const { schema } = rules;
  if (!schema) return undefined;
  for (const fault of analysed.faults) {
    const at = { start: fault.Start, length: fault.Length };
    const node = names.used.find((one) => one.TextStart === fault.Start);
    const name = node?.SimpleName ?? '';
    if (node && isSaved(name, rules)) continue;
    if (fault.Code === 'KS204' || (node && names.reads.includes(node) && !isKnown(name, rules)))
      return { ...noTable(name, schema), at };
    // What was reviewed has been run before: whether a column is missing today is Azure's to say.
    if (!isExact || rules.isReviewed) continue;
    if (fault.Code === 'KS142' && hiddenColumns.test(name)) continue;
    if (fault.Code === 'KS142')
      return {
        rule: 'unknown-name',
        message: `There is no column ${quote(name)} here.${meant(name, analysed.columnsAt(fault.Start))}`,
        at,
      };
    return { rule: 'semantics', message: fault.Message, at };
  }
  return undefined;
}

function noTable(name: string, { tables }: LogSchema): Refusal {
  const others = tables.map((table) => table.name);
  return {
    rule: 'unknown-table',
    message: `There is no table ${quote(name)} here.${meant(name, others)}`,
  };
}

/**
 * Where the parser does not complain, because of `isfuzzy` or because any name may be a column, a name that nobody knows may
 * be a saved function of which nobody has told us, and such a one reads what it likes.
 */
export function lookAtUnknown(names: Names): Refusal | undefined {
  const { used, rules } = names;
  if (!rules.schema || rules.isReviewed) return undefined;
  const isHidden = Object.keys(rules.closed).length > 0;
  const unknown = unknownReads(names).find((node) => isHidden || !isFuzzy(node));
  if (unknown) return { ...noTable(unknown.SimpleName ?? '', rules.schema), at: placeOf(unknown) };
  const doubtful = isHidden && used.find((node) => isUntyped(node) && isGivenAlone(node));
  if (!doubtful) return undefined;
  const name = quote(doubtful.SimpleName ?? '');
  return {
    rule: 'unknown-name',
    message: `${name} may be a column or a table: which columns there are is not known here. If it is a column, write tostring(${name}).`,
    at: placeOf(doubtful),
  };
}

export function unknownReads({ reads, rules }: Names): KustoNode[] {
  return reads.filter((node) => {
    const kind = node.ReferencedSymbol ? symbolKindOf(node.ReferencedSymbol) : '';
    return kind !== 'Table' && !isKnown(node.SimpleName ?? '', rules);
  });
}

function isFuzzy(node: KustoNode): boolean {
  for (let up = node.Parent; up; up = up.Parent)
    if (
      kindOf(up) === 'UnionOperator' &&
      [...nodesOf(up)].some((one) => kindOf(one) === 'NamedParameter' && nameOf(one) === 'isfuzzy')
    )
      return true;
  return false;
}

/** Neither a variable nor a column that is known: the parser has guessed, or gave up. */
function isUntyped({ ReferencedSymbol: symbol }: KustoNode): boolean {
  if (!symbol) return true;
  return symbolKindOf(symbol) === 'Column' && (symbol.Type?.Name ?? 'unknown') === 'unknown';
}

/** `x in (it)`, `x has_any ((it))`, `evaluate ipv4_lookup(it, …)`: a table may stand there as well as a value. */
function isGivenAlone(node: KustoNode): boolean {
  let isListed = false;
  let isFirst = true;
  let up = node.Parent;
  for (
    ;
    up && /^(?:ParenthesizedExpression|List|SeparatedElement|ExpressionList)$/.test(kindOf(up));
    up = up.Parent
  ) {
    if (kindOf(up) === 'ExpressionList') isListed = true;
    if (kindOf(up) === 'SeparatedElement') isFirst = up.Parent?.GetChild(0) === up;
  }
  if (!up || !isListed) return false;
  if (/^(?:Not)?In(?:Cs)?Expression$|^Has(?:Any|All)Expression$/.test(kindOf(up))) return true;
  return kindOf(up) === 'FunctionCallExpression' && isFirst && /_lookup$/.test(nameOf(up));
}

/** A function of the workspace: it reads tables that the text does not name. */
export const isSaved = (name: string, { schema }: GuardRules): boolean =>
  schema?.functions.includes(name) ?? false;

export const isKnown = (name: string, { schema }: GuardRules): boolean =>
  schema?.tables.some((table) => table.name === name) ?? true;

export const quote = (name: string): string => name.slice(0, 80);

function meant(name: string, others: string[]): string {
  const same = others.find((other) => other.toLowerCase() === name.toLowerCase());
  if (same) return ` It is written ${same}.`;
  const near = others.length > 0 ? closest(name, others) : undefined;
  // As many letters wrong as a third of the word: beyond that it is a guess.
  return near && distance(name, near) * 3 <= name.length ? ` Did you mean ${near}?` : '';
}
